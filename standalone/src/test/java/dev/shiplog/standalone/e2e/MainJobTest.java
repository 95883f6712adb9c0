package dev.shiplog.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/// The tour of the README: an ordinary manifest becomes containers that answer, heal, scale and roll.
@Tag("e2e")
@ExtendWith(Cluster.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MainJobTest {
    private final Cluster cluster;

    MainJobTest(Cluster cluster) {
        this.cluster = cluster;
    }

    @BeforeAll
    void applyHello() {
        cluster.kubectl("apply -f examples/hello.yaml").succeeded();
        cluster.kubectl("rollout status deployment/hello --timeout=60s").succeeded();
    }

    @Test
    @Order(1)
    void upReturnsOnlyWhenTheNodeIsReady() {
        cluster.kubectl("wait node --all --for=condition=Ready --timeout=0s").succeeded();
        assertThat(cluster.status().path("ready").asBoolean()).isTrue();
    }

    @Test
    @Order(2)
    void threePodsAnswerThroughTheServiceAndTheNodePort() {
        String clusterIp = cluster.kubectlOut("get service hello -o jsonpath={.spec.clusterIP}");
        String nodeIp = cluster.kubectlOut(
                "get nodes -o jsonpath='{.items[0].status.addresses[?(@.type==\"InternalIP\")].address}'");

        for (String address : new String[] {clusterIp, "127.0.0.1:30080", nodeIp + ":30080"}) {
            var names = new TreeSet<String>();
            for (int i = 0; i < 60; i++) {
                names.add(cluster.run("curl -sf -m 5 http://%s/cgi-bin/host".formatted(address))
                        .succeeded()
                        .out()
                        .strip());
            }
            assertThat(names)
                    .as("pods that answered at %s", address)
                    .hasSize(3)
                    .allMatch(name -> name.startsWith("hello-"));
        }
    }

    @Test
    @Order(3)
    void aRollAndAnUndoLoseNoRequest() {
        String counts = cluster.run("examples/roll-check.sh").succeeded().out();

        assertThat(counts).contains("\"failed\":0}");
        assertThat(Integer.parseInt(counts.replaceAll("(?s).*\"sent\":(\\d+).*", "$1")))
                .isGreaterThanOrEqualTo(1_000);
    }

    @Test
    @Order(4)
    void aDeploymentScalesAndADeletedPodIsReplaced() {
        cluster.kubectl("scale deployment/hello --replicas=5").succeeded();
        cluster.kubectl("rollout status deployment/hello --timeout=60s").succeeded();
        String victim = cluster.kubectlOut("get pods -l app=hello -o jsonpath={.items[0].metadata.name}");

        cluster.kubectl("delete pod " + victim).succeeded();

        cluster.kubectl("wait deployment/hello --for=jsonpath={.status.readyReplicas}=5 --timeout=60s")
                .succeeded();
        assertThat(cluster.kubectlOut("get pods -l app=hello -o name")).doesNotContain(victim);
    }

    @Test
    @Order(5)
    void aContainerWhoseProcessDiesIsRestartedAndCounted() {
        JsonNode pod = steadyPod();
        String name = pod.path("metadata").path("name").asText();
        String id = pod.path("status")
                .path("containerStatuses")
                .path(0)
                .path("containerID")
                .asText();
        String shortId = id.substring(id.indexOf("://") + 3);

        cluster.run("ctr -a /run/shiplog/containerd.sock -n k8s.io tasks kill -s KILL " + shortId)
                .succeeded();

        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            JsonNode status = cluster.json("get pod " + name)
                    .path("status")
                    .path("containerStatuses")
                    .path(0);
            assertThat(status.path("restartCount").asInt()).isEqualTo(1);
            assertThat(status.path("ready").asBoolean()).isTrue();
            assertThat(status.path("lastState")
                            .path("terminated")
                            .path("exitCode")
                            .asInt())
                    .isEqualTo(137);
        });
    }

    /// A pod that nobody is about to delete.
    private JsonNode steadyPod() {
        for (JsonNode pod : cluster.json("get pods -l app=hello").path("items")) {
            if (!pod.path("metadata").has("deletionTimestamp")
                    && pod.path("status")
                            .path("containerStatuses")
                            .path(0)
                            .path("ready")
                            .asBoolean()) {
                return pod;
            }
        }
        throw new AssertionError("no pod of hello is ready");
    }

    @Test
    @Order(6)
    void aContainerThatCrashesAgainAndAgainBacksOff() {
        String namespace = cluster.namespace("crash");
        cluster.kubectl(
                        "run loop -n %s --image=localhost/busybox:1 --image-pull-policy=IfNotPresent -- sh -c 'echo once; exit 3'"
                                .formatted(namespace))
                .succeeded();

        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            JsonNode status = cluster.json("get pod loop -n " + namespace)
                    .path("status")
                    .path("containerStatuses")
                    .path(0);
            assertThat(status.path("state").path("waiting").path("reason").asText())
                    .isEqualTo("CrashLoopBackOff");
            assertThat(status.path("lastState")
                            .path("terminated")
                            .path("exitCode")
                            .asInt())
                    .isEqualTo(3);
        });
        assertThat(cluster.kubectlOut("logs loop -n " + namespace)).contains("once");
        assertThat(cluster.kubectlOut("get events -n " + namespace)).contains("BackOff", "Scheduled", "Started");
        cluster.kubectl("delete namespace " + namespace).succeeded();
    }

    @Test
    @Order(7)
    void logsAreFollowed() throws Exception {
        String namespace = cluster.namespace("talk");
        cluster.kubectl("run talk -n %s --image=localhost/busybox:1 --image-pull-policy=IfNotPresent --restart=Never"
                                .formatted(namespace)
                        + " -- sh -c 'for i in 1 2 3 4 5; do echo line $i; sleep 1; done'")
                .succeeded();
        cluster.kubectl("wait pod/talk -n %s --for=condition=Ready --timeout=30s".formatted(namespace))
                .succeeded();

        String said = cluster.kubectlOut("logs -f talk -n " + namespace);

        assertThat(said).isEqualTo("line 1\nline 2\nline 3\nline 4\nline 5\n");
        cluster.kubectl("delete namespace " + namespace).succeeded();
    }

    @Test
    @Order(8)
    void aRolloutHasAHistoryAndRestarts() {
        cluster.kubectl("rollout restart deployment/hello").succeeded();
        cluster.kubectl("rollout status deployment/hello --timeout=90s").succeeded();

        assertThat(cluster.kubectlOut("rollout history deployment/hello")
                        .lines()
                        .filter(line -> line.matches("\\d+ .*")))
                .hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    @Order(9)
    void theLogVerifies() {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(cluster.run("./shiplog verify --json")
                                .succeeded()
                                .out())
                        .endsWith("\"equal\":true}\n"));
    }
}
