package dev.shiplog.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What a cluster with real containers does to its host, and that it takes all of it back.
///
/// It runs on a host of its own, made of namespaces, processes included.
@Tag("e2e")
@Tag("one-process")
class HostSnapshotTest {
    private static final String SNAPSHOT =
            "running=$(ps -eo args=); echo \"$running\" | sort; echo; mount; echo; ip netns; echo; ip -br link; echo; nft list tables; echo; ls -A /run";

    @Test
    void purgeLeavesTheHostAsItWasAndDownAloneLeavesThePods() throws Exception {
        try (Host host = Host.open()) {
            String before = host.shell().run(SNAPSHOT).succeeded().out();
            Cluster cluster = Cluster.on(host.shell());
            cluster.up();
            cluster.importImages();
            cluster.deploy("default", "kept", 2);
            cluster.kubectl("rollout status deployment/kept --timeout=120s").succeeded();
            Map<String, String> containers = containers(cluster);
            assertThat(containers).hasSize(2);
            assertThat(cluster.run("nft list tables").succeeded().out().lines())
                    .as("packet filter tables; iptables would show as others")
                    .containsExactly("table ip shiplog");

            cluster.run("./shiplog down").succeeded();

            assertThat(cluster.run("./shiplog status --json").code()).isEqualTo(1);
            assertThat(cluster.run("ps -eo args=").out().lines().filter(line -> line.equals("sleep 100000")))
                    .as("pods' processes while nothing of Shiplog runs")
                    .hasSize(2);
            assertThat(cluster.run("ps -eo args=").out()).doesNotContain("java", "containerd --config");
            cluster.run("./shiplog down").succeeded();

            cluster.up();
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(containers(cluster)).isEqualTo(containers));

            cluster.run("./shiplog down --purge").succeeded();
            assertThat(Files.exists(cluster.data())).isFalse();
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(
                                    host.shell().run(SNAPSHOT).succeeded().out())
                            .isEqualTo(before));
        }
    }

    private static Map<String, String> containers(Cluster cluster) {
        var containers = new TreeMap<String, String>();
        for (JsonNode pod : cluster.json("get pods").path("items")) {
            JsonNode status = pod.path("status").path("containerStatuses").path(0);
            containers.put(pod.path("metadata").path("uid").asText(), Containers.identity(status));
        }
        return containers;
    }
}
