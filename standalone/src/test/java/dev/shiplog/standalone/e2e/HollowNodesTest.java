package dev.shiplog.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/// A large Deployment on hollow nodes, while the processes of the cluster are killed one after another: it gets
/// where it should, and no pod is created twice.
@Tag("e2e")
@Tag("process-per-role")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HollowNodesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int NODES = 20;
    private static final int REPLICAS = 200;
    private static final int MORE = 240;
    private static final String NAMESPACE = "large";

    private final Cluster cluster;

    HollowNodesTest() throws Exception {
        cluster = Cluster.hollow(NODES, 20_000);
    }

    @BeforeAll
    void start() throws Exception {
        cluster.up();
        cluster.namespace(NAMESPACE);
    }

    @AfterAll
    void end() {
        cluster.close();
    }

    @Test
    @Order(1)
    void aDeploymentOf200IsCreatedWhileTheControllersAreKilled() throws Exception {
        cluster.deploy(NAMESPACE, "web", REPLICAS);
        await().atMost(Duration.ofSeconds(60)).until(() -> pods("web") >= REPLICAS / 4);
        kill("controllers");

        rolledOut("web");
        assertThat(readyPods("web")).isEqualTo(REPLICAS);
        assertThat(creations("web").values()).containsExactly(REPLICAS);
    }

    @Test
    @Order(2)
    void itScalesWhileTheApiServerIsKilled() throws Exception {
        scale("web", MORE);
        kill("api-server");

        rolledOut("web");
        assertThat(readyPods("web")).isEqualTo(MORE);
        assertThat(creations("web").values()).containsExactly(MORE);
    }

    @Test
    @Order(3)
    void itRollsWhileTheBrokerAndTheSchedulerAreKilled() throws Exception {
        cluster.kubectl("set env deployment/web A=1 -n " + NAMESPACE).succeeded();
        await().atMost(Duration.ofSeconds(60)).until(() -> sets("web").size() == 2);
        kill("broker");
        kill("scheduler");

        rolledOut("web");
        assertThat(readyPods("web")).isEqualTo(MORE);
        assertThat(creations("web").values()).containsExactly(MORE, MORE);
    }

    @Test
    @Order(4)
    void theRollIsUndoneWhileTheStoreAndTheNodesAreKilled() throws Exception {
        cluster.kubectl("rollout undo deployment/web -n " + NAMESPACE).succeeded();
        kill("store");
        kill("node-agent");

        rolledOut("web");
        assertThat(readyPods("web")).isEqualTo(MORE);
        assertThat(creations("web").values()).containsExactly(2 * MORE, MORE);
    }

    /// Taint-based eviction: pods stay as long as their toleration of `unreachable` says
    /// (kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration). Then they are on their way out
    /// until their node is heard of again (kubernetes.io/docs/concepts/architecture/nodes).
    @Test
    @Order(5)
    void thePodsOfANodeThatIsHeardOfNoMoreAreReplaced() throws Exception {
        int replicas = 3 * NODES;
        cluster.apply("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: moving, namespace: %s}
                spec:
                  replicas: %d
                  selector: {matchLabels: {app: moving}}
                  template:
                    metadata: {labels: {app: moving}}
                    spec:
                      tolerations:
                      - {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 1}
                      containers:
                      - name: one
                        image: localhost/busybox:1
                        command: [sleep, "100000"]
                        # The least allocated node is next: each gets some.
                        resources: {requests: {cpu: 100m}}
                """.formatted(NAMESPACE, replicas)).succeeded();
        rolledOut("moving");
        String stopped = "hollow-%05d".formatted(NODES - 1);
        int before = podsOf("moving", stopped).size();
        assertThat(before).as("pods on the node before it stops").isPositive();

        cluster.restartWithHollowNodes(NODES - 1);

        await().atMost(Duration.ofMinutes(3)).untilAsserted(() -> {
            assertThat(podsOf("moving", stopped)).isEmpty();
            assertThat(readyPods("moving")).isEqualTo(replicas);
        });
        assertThat(creations("moving").values()).containsExactly(replicas + before);
        assertThat(cluster.kubectlOut("get node " + stopped)).contains("NotReady");
    }

    private void kill(String role) {
        cluster.kill9(role);
        cluster.upAgain(role);
    }

    private void scale(String name, int replicas) {
        cluster.kubectl("scale deployment/%s -n %s --replicas=%d".formatted(name, NAMESPACE, replicas))
                .succeeded();
    }

    private void rolledOut(String name) {
        cluster.kubectl("rollout status deployment/%s -n %s --timeout=170s".formatted(name, NAMESPACE))
                .succeeded();
    }

    private JsonNode list(String name) {
        return cluster.json("get pods -n %s -l app=%s".formatted(NAMESPACE, name))
                .path("items");
    }

    private int pods(String name) {
        return list(name).size();
    }

    /// Pods that are ready and not on their way out.
    private int readyPods(String name) {
        int ready = 0;
        for (JsonNode pod : list(name)) {
            for (JsonNode condition : pod.path("status").path("conditions")) {
                if (!pod.path("metadata").has("deletionTimestamp")
                        && condition.path("type").asText().equals("Ready")
                        && condition.path("status").asText().equals("True")) {
                    ready++;
                }
            }
        }
        return ready;
    }

    /// Pods that are on a node and not on their way out.
    private List<String> podsOf(String name, String node) {
        var names = new ArrayList<String>();
        for (JsonNode pod : list(name)) {
            if (pod.path("spec").path("nodeName").asText().equals(node)
                    && !pod.path("metadata").has("deletionTimestamp")) {
                names.add(pod.path("metadata").path("name").asText());
            }
        }
        return names;
    }

    /// How many pods were ever created for each ReplicaSet of a Deployment, oldest set first, as their topic has it. A
    /// watch would not do: a server that was started again shows what came after the state that it began with.
    private Map<String, Integer> creations(String name) throws IOException {
        var created = new HashMap<String, Set<String>>();
        String read = "./shiplog topic read objects.core.pods --from-beginning --json";
        for (String line : cluster.run(read).succeeded().out().lines().toList()) {
            JsonNode metadata = JSON.readTree(line).at("/value/metadata");
            if (metadata.at("/labels/app").asText().equals(name)) {
                created.computeIfAbsent(metadata.at("/ownerReferences/0/uid").asText(), _ -> new HashSet<>())
                        .add(metadata.path("uid").asText());
            }
        }
        var counts = new LinkedHashMap<String, Integer>();
        for (JsonNode set : sets(name)) {
            String uid = set.path("metadata").path("uid").asText();
            counts.put(uid, created.getOrDefault(uid, Set.of()).size());
        }
        assertThat(counts.keySet()).as("owners of all pods").containsAll(created.keySet());
        return counts;
    }

    private JsonNode sets(String name) {
        return cluster.json("get replicasets -n %s -l app=%s --sort-by=.metadata.creationTimestamp"
                        .formatted(NAMESPACE, name))
                .path("items");
    }
}
