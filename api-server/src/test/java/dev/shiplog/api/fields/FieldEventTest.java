package dev.shiplog.api.fields;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.api.admission.ApiObject;
import dev.shiplog.api.resource.Cluster;
import dev.shiplog.schemas.Codec;
import dev.shiplog.schemas.Json;
import dev.shiplog.schemas.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who sets a field without effect is told.
class FieldEventTest {
    private static final Honours HONOURS = Honours.of(Stream.of(
            "# what a small node does",
            "core/v1/Pod spec.containers[].name",
            "core/v1/Pod spec.containers[].image",
            "core/v1/Pod spec.restartPolicy",
            "core/v1/Pod spec.volumes*",
            "apps/v1/Deployment spec.replicas",
            "apps/v1/Deployment spec.selector*"));

    private final Cluster cluster = Cluster.bootstrapped();
    private final Codec codec = Cluster.codec();
    private final List<String> counted = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void stop() {
        cluster.close();
    }

    private ApiObject object(String apiVersion, String kind, String json) {
        Kind found = Objects.requireNonNull(codec.catalog().byApiVersion(apiVersion, kind));
        return new ApiObject(
                found, Json.decode(found, json.getBytes(StandardCharsets.UTF_8)).object());
    }

    private List<String> paths(ApiObject object) {
        return new FieldWalk(HONOURS).ofObject(object.content(), HONOURS.of(FieldsReport.name(object.kind())));
    }

    @Test
    void onlyFieldsThatAreSetAndNotHonouredAreFound() {
        var pod = object("v1", "Pod", """
                {"metadata":{"name":"p","labels":{"a":"b"}},
                 "spec":{"containers":[{"name":"c","image":"i","tty":true},{"name":"d","stdin":true,"tty":true}],
                         "restartPolicy":"Never","hostPID":true,"hostIPC":false,"hostUsers":false,
                         "terminationGracePeriodSeconds":30,
                         "volumes":[{"name":"v","emptyDir":{"medium":"Memory"}}]},
                 "status":{"phase":"Running"}}""");

        assertThat(paths(pod))
                .containsExactlyInAnyOrder(
                        "spec.containers[].tty", "spec.containers[].stdin", "spec.hostPID", "spec.hostUsers");
    }

    @Test
    void theFieldsOfATemplateAreThoseOfAPod() {
        var deployment = object("apps/v1", "Deployment", """
                {"metadata":{"name":"d"},
                 "spec":{"replicas":2,"selector":{"matchLabels":{"a":"b"}},"paused":true,
                         "template":{"metadata":{"labels":{"a":"b"}},
                                     "spec":{"containers":[{"name":"c","image":"i","tty":true}]}}}}""");

        assertThat(paths(deployment)).containsExactlyInAnyOrder("spec.paused", "spec.template.spec.containers[].tty");
    }

    @Test
    void oneEventNamesTheFieldsOfAGeneration() {
        try (var writer =
                FieldEventWriter.start(cluster.writes, HONOURS, codec.catalog(), cluster.clock, counted::add)) {
            var pod = object("v1", "Pod", """
                    {"metadata":{"name":"p","namespace":"default","uid":"u","generation":1},
                     "spec":{"containers":[{"name":"c","image":"i"}],"hostPID":true}}""");

            writer.written(pod);
            writer.written(pod);
            writer.written(pod.withMeta(pod.meta().withGeneration(2)));

            String events = "/api/v1/namespaces/default/events?fieldSelector=reason%3DFieldNotSupported";
            Awaitility.await()
                    .until(() -> cluster.get(events).body().path("items").size() == 2);
            var event = cluster.get(events).body().path("items").get(0);
            assertThat(event.path("message").asText()).contains("spec.hostPID");
            assertThat(event.at("/involvedObject/uid").asText()).isEqualTo("u");
            assertThat(event.path("type").asText()).isEqualTo("Warning");
            assertThat(counted).containsExactly("spec.hostPID", "spec.hostPID");
        }
    }
}
