package dev.shiplog.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A killed JVM loses nothing that was acknowledged, and its containers do not notice.
@Tag("e2e")
@ExtendWith(Cluster.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashTest {
    private static final int CONFIG_MAPS = 2_000;
    private static final String NAMESPACE = "crash-of-the-jvm";

    private final Cluster cluster;

    CrashTest(Cluster cluster) {
        this.cluster = cluster;
    }

    @Test
    void aKillInTheMiddleOfARollLosesNothing(@TempDir Path directory) throws Exception {
        cluster.namespace(NAMESPACE);
        cluster.deploy(NAMESPACE, "still", 2);
        cluster.deploy(NAMESPACE, "roll", 3);
        cluster.kubectl("rollout status deployment/still -n %s --timeout=60s".formatted(NAMESPACE))
                .succeeded();
        cluster.kubectl("rollout status deployment/roll -n %s --timeout=60s".formatted(NAMESPACE))
                .succeeded();
        Map<String, String> before = containers("still");
        assertThat(before).hasSize(2);

        Path acknowledged = directory.resolve("acknowledged");
        Process writer = cluster.shell()
                .start(
                        "bash %s %s %s %d".formatted(writerScript(directory), acknowledged, NAMESPACE, CONFIG_MAPS),
                        directory.resolve("writer.log"));
        cluster.kubectl("set env deployment/roll -n %s ROLL=1".formatted(NAMESPACE))
                .succeeded();
        cluster.run("kill -9 $(jq .pid %s)".formatted(cluster.data().resolve("run.json")))
                .succeeded();
        cluster.up();

        assertThat(writer.waitFor()).isZero();
        cluster.kubectl("rollout status deployment/roll -n %s --timeout=120s".formatted(NAMESPACE))
                .succeeded();
        assertThat(containers("still"))
                .as("container ids, start times, restart counts")
                .isEqualTo(before);
        var present =
                new TreeSet<String>(List.of(cluster.kubectlOut("get configmaps -n %s -o name".formatted(NAMESPACE))
                        .split("\n")));
        List<String> answered = Files.readAllLines(acknowledged);
        assertThat(answered).isNotEmpty();
        assertThat(present)
                .containsAll(answered.stream().map(name -> "configmap/" + name).toList());
        cluster.kubectl("delete namespace " + NAMESPACE).succeeded();
    }

    private Map<String, String> containers(String deployment) {
        var containers = new TreeMap<String, String>();
        for (JsonNode pod : cluster.json("get pods -n %s -l app=%s".formatted(NAMESPACE, deployment))
                .path("items")) {
            JsonNode status = pod.path("status").path("containerStatuses").path(0);
            containers.put(
                    pod.path("metadata").path("name").asText(),
                    "%s %s %s"
                            .formatted(
                                    status.path("containerID").asText(),
                                    status.path("state")
                                            .path("running")
                                            .path("startedAt")
                                            .asText(),
                                    status.path("restartCount").asText()));
        }
        return containers;
    }

    /// Creates ConfigMaps one after the other, through the outage, and notes the name of each that was answered with
    /// 201.
    private Path writerScript(Path directory) throws Exception {
        Path script = directory.resolve("writer.sh");
        Files.writeString(script, """
                kubeconfig=%s
                server=$(grep server: "$kubeconfig" | sed 's/.*server: *//')
                for part in certificate-authority-data client-certificate-data client-key-data; do
                  grep "$part:" "$kubeconfig" | sed 's/.*: *//' | base64 -d >"%s/$part"
                done
                for i in $(seq 1 "$3"); do
                  code=$(curl -s -m 10 -o /dev/null -w '%%{http_code}' --cacert "%s/certificate-authority-data" \\
                    --cert "%s/client-certificate-data" --key "%s/client-key-data" -H 'Content-Type: application/json' \\
                    -d '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c'$i'"}}' \\
                    "$server/api/v1/namespaces/$2/configmaps")
                  if [ "$code" = 201 ]; then echo "c$i" >>"$1"; fi
                  if [ "$code" = 000 ]; then sleep 0.05; fi
                done
                """.formatted(
                        cluster.data().resolve("admin.kubeconfig"), directory, directory, directory, directory));
        return script;
    }
}
