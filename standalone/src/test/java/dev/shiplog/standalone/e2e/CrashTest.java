package dev.shiplog.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shiplog.store.check.Linearizability;
import dev.shiplog.store.check.Operation;
import dev.shiplog.store.check.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A process of the cluster is killed while a Deployment rolls and a client writes.
@Tag("e2e")
@ExtendWith(Cluster.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashTest {
    private static final int REPLICAS = 4;
    private static final int MAPS = 2_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Cluster cluster;

    CrashTest(Cluster cluster) {
        this.cluster = cluster;
    }

    /// With one process for all roles it is the same process whichever is meant.
    static Stream<String> victims() {
        return Cluster.processPerRole() ? Stream.of("api-server", "broker", "node-agent") : Stream.of("api-server");
    }

    @ParameterizedTest
    @MethodSource("victims")
    void aKilledProcessLosesNothingAcknowledgedAndTouchesNoContainer(String victim) throws Exception {
        String namespace = cluster.namespace("kill-" + victim);
        serve(namespace, "steady", 2, "1");
        serve(namespace, "rolling", REPLICAS, "1");
        for (String name : new String[] {"steady", "rolling"}) {
            cluster.kubectl("rollout status deployment/%s -n %s --timeout=120s".formatted(name, namespace))
                    .succeeded();
        }
        String address =
                cluster.kubectlOut("get service steady -n %s -o jsonpath={.spec.clusterIP}".formatted(namespace));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> cluster.run("curl -sf -m 5 http://" + address).code() == 0);

        Set<String> acknowledged;
        List<Operation> history;
        JsonNode before;
        try (var admin = cluster.admin();
                HistoryClients clients = HistoryClients.start(admin, namespace, victim.hashCode());
                Requests requests = Requests.start("http://" + address)) {
            String since = revision(admin, namespace);
            var creations = Creations.start(admin, namespace, MAPS);
            serve(namespace, "rolling", REPLICAS, "2");
            await().atMost(Duration.ofSeconds(60)).until(() -> updated(namespace) > 0);
            before = cluster.json("get pods -n " + namespace);
            assertThat(updated(namespace)).as("pods of the new template").isLessThan(REPLICAS);

            cluster.kill9(victim);
            assertThat(creations.count()).as("ConfigMaps by then").isBetween(1, MAPS - 1);
            if (victim.equals("broker")) {
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> admin.get("/readyz").text().contains("[-]journal failed"));
            }
            cluster.upAgain(victim);

            cluster.kubectl("rollout status deployment/rolling -n %s --timeout=120s".formatted(namespace))
                    .succeeded();
            acknowledged = creations.finish();
            history = clients.finish();
            assertThat(requests.sent()).isGreaterThan(20);
            assertThat(requests.failures()).isEmpty();
            assertThat(names(admin, namespace)).containsAll(acknowledged);
            assertThat(created(admin, namespace, since))
                    .as("creations that a watch from before tells of")
                    .doesNotHaveDuplicates()
                    .containsAll(acknowledged);
            // While another process is away, requests may also wait and be answered in the end.
            if (victim.equals("api-server")) {
                assertThat(creations.unanswered())
                        .as("attempts while the API server was away")
                        .isPositive();
            }
        }
        assertThat(acknowledged).hasSizeGreaterThan(MAPS / 2);
        assertThat(history)
                .as("what clients that wrote against each other heard")
                .hasSizeGreaterThan(500);
        assertThat(Linearizability.check(history)).isInstanceOf(Verdict.Linearizable.class);
        var old = containers(before);
        var now = containers(cluster.json("get pods -n " + namespace));
        assertThat(now.keySet()).as("pods that outlived it").containsAll(steady(before));
        now.forEach((pod, container) -> {
            if (old.containsKey(pod)) {
                assertThat(container).as("container of pod %s", pod).isEqualTo(old.get(pod));
            }
        });
        cluster.kubectl("delete deployment --all --wait=false -n " + namespace).succeeded();
    }

    /// How many pods of the new template the Deployment has, once its controller has seen it.
    private int updated(String namespace) {
        JsonNode deployment = cluster.json("get deployment rolling -n " + namespace);
        boolean seen = deployment.path("metadata").path("generation").asLong()
                == deployment.path("status").path("observedGeneration").asLong();
        return seen ? deployment.path("status").path("updatedReplicas").asInt() : 0;
    }

    private static Set<String> names(AdminClient admin, String namespace) throws Exception {
        var names = new TreeSet<String>();
        AdminClient.Answer answer = admin.get(maps(namespace));
        assertThat(answer.code()).isEqualTo(200);
        answer.json()
                .path("items")
                .forEach(item -> names.add(item.path("metadata").path("name").asText()));
        return names;
    }

    private static String maps(String namespace) {
        return "/api/v1/namespaces/%s/configmaps".formatted(namespace);
    }

    private static String revision(AdminClient admin, String namespace) throws Exception {
        return admin.get(maps(namespace) + "?limit=1")
                .json()
                .path("metadata")
                .path("resourceVersion")
                .asText();
    }

    /// What a watch says that goes on where it was before the process was killed. The view of the next process may
    /// begin
    /// later: then its history index has to know.
    private static List<String> created(AdminClient admin, String namespace, String since) throws Exception {
        String watch = maps(namespace) + "?watch=1&timeoutSeconds=5&resourceVersion=" + since;
        var answer = new AtomicReference<AdminClient.Answer>();
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            answer.set(admin.get(watch));
            return answer.get().code() == 200;
        });
        var names = new ArrayList<String>();
        for (String line : answer.get().text().lines().toList()) {
            JsonNode event = JSON.readTree(line);
            String name = event.path("object").path("metadata").path("name").asText();
            if (event.path("type").asText().equals("ADDED") && name.startsWith(Creations.PREFIX)) {
                names.add(name);
            }
        }
        return names;
    }

    /// The containers that run, by their pod's uid.
    private static Map<String, String> containers(JsonNode pods) {
        var containers = new TreeMap<String, String>();
        for (JsonNode pod : pods.path("items")) {
            JsonNode status = pod.path("status").path("containerStatuses").path(0);
            if (status.path("state").has("running")) {
                containers.put(pod.path("metadata").path("uid").asText(), Containers.identity(status));
            }
        }
        return containers;
    }

    private static Set<String> steady(JsonNode pods) {
        var uids = new TreeSet<String>();
        for (JsonNode pod : pods.path("items")) {
            if (pod.path("metadata").path("labels").path("app").asText().equals("steady")) {
                uids.add(pod.path("metadata").path("uid").asText());
            }
        }
        assertThat(uids).hasSize(2);
        return uids;
    }

    /// Web servers behind a Service; those of another template are new pods. One rolls after the other, 2 s
    /// each.
    private void serve(String namespace, String name, int replicas, String template) {
        cluster.apply("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s, namespace: %2$s}
                spec:
                  replicas: %3$d
                  minReadySeconds: 2
                  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}, annotations: {template: "%4$s"}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers:
                      - name: httpd
                        image: localhost/busybox:1
                        command: [sh, -c, "echo hello >/tmp/index.html; exec httpd -f -p 8080 -h /tmp"]
                        readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: %1$s, namespace: %2$s}
                spec:
                  selector: {app: %1$s}
                  ports: [{port: 80, targetPort: 8080}]
                """.formatted(name, namespace, replicas, template)).succeeded();
    }
}
