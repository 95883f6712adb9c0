package dev.shiplog.node.cri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shiplog.core.v1.Pod;
import dev.shiplog.node.api.Sources;
import dev.shiplog.node.pod.Fields;
import dev.shiplog.node.pod.ServiceLink;
import dev.shiplog.schemas.Bytes;
import dev.shiplog.schemas.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EnvironmentTest {
    private static final ServiceLink DATABASE =
            new ServiceLink("my-db", "10.43.0.9", List.of(new ServiceLink.Port("sql", 5432, "TCP")));

    @Test
    void variablesComeFromServicesObjectsFieldsAndEachOther() throws Exception {
        Map<String, String> variables = of("""
                {"envFrom":[{"prefix":"C_","configMapRef":{"name":"conf"}}],
                "env":[{"name":"A","value":"x"},{"name":"B","value":"$(A)-$(C_key)-$$(A)-$(NOPE)"},
                {"name":"POD","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}},
                {"name":"IP","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}},
                {"name":"TEAM","valueFrom":{"fieldRef":{"fieldPath":"metadata.labels['team']"}}},
                {"name":"CPU","valueFrom":{"resourceFieldRef":{"resource":"limits.cpu"}}},
                {"name":"MEM","valueFrom":{"resourceFieldRef":{"resource":"requests.memory","divisor":"1Mi"}}},
                {"name":"WORD","valueFrom":{"secretKeyRef":{"name":"pass","key":"word"}}},
                {"name":"MAYBE","valueFrom":{"secretKeyRef":{"name":"none","key":"word","optional":true}}}],
                "resources":{"limits":{"cpu":"1500m"},"requests":{"memory":"64Mi"}}}""");

        assertThat(variables)
                .containsEntry("B", "x-value-$(A)-$(NOPE)")
                .containsEntry("POD", "web")
                .containsEntry("IP", "10.42.0.7")
                .containsEntry("TEAM", "red")
                .containsEntry("CPU", "2")
                .containsEntry("MEM", "64")
                .containsEntry("WORD", "secret")
                .containsEntry("MY_DB_SERVICE_HOST", "10.43.0.9")
                .containsEntry("MY_DB_SERVICE_PORT_SQL", "5432")
                .containsEntry("MY_DB_PORT_5432_TCP", "tcp://10.43.0.9:5432")
                .doesNotContainKey("MAYBE");
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(
                        () -> of(
                                "{\"env\":[{\"name\":\"A\",\"valueFrom\":{\"configMapKeyRef\":{\"name\":\"conf\",\"key\":\"no\"}}}]}"))
                .hasMessage("ConfigMap conf has no key no");
        assertThatThrownBy(() -> of("{\"envFrom\":[{\"secretRef\":{\"name\":\"none\"}}]}"))
                .hasMessage("Secret none not found");
    }

    private static Map<String, String> of(String container) throws Exception {
        String json = "{\"metadata\":{\"name\":\"web\",\"namespace\":\"default\",\"labels\":{\"team\":\"red\"}},"
                + "\"spec\":{\"containers\":[" + container + "]}}";
        Pod pod = Json.decode(Pod.TYPE, json.getBytes(StandardCharsets.UTF_8)).object();
        var fields = new Fields(pod, List.of("10.42.0.7"), "192.0.2.1", Map.of("cpu", "4"));
        return new Environment(new Given(), fields).of(pod.spec().containers().getFirst(), List.of(DATABASE));
    }

    private static final class Given implements Sources {
        @Override
        public Optional<Map<String, Bytes>> configMap(String namespace, String name) {
            return name.equals("conf") ? Optional.of(Map.of("key", Bytes.utf8("value"))) : Optional.empty();
        }

        @Override
        public Optional<Map<String, Bytes>> secret(String namespace, String name) {
            return name.equals("pass") ? Optional.of(Map.of("word", Bytes.utf8("secret"))) : Optional.empty();
        }

        @Override
        public List<ServiceLink> services(String namespace) {
            return List.of();
        }

        @Override
        public Token token(TokenWish wish) {
            return new Token("t", Long.MAX_VALUE);
        }

        @Override
        public void refresh() {}
    }
}
