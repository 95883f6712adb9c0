package dev.shiplog.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.journal.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Real packets: a node, two pods on its bridge and a client outside, each a network namespace of this test's own.
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReachabilityTest {
    private static final String ID = "slp" + ProcessHandle.current().pid() % 100_000;
    private static final String NODE = ID + "n";
    private static final String CLIENT = ID + "c";
    /// curl(1): a time-out would be 28.
    private static final int CURL_COULD_NOT_CONNECT = 7;

    private static final HostClient HERE = new HostClient(List.of());
    private static final HostClient ON_NODE = in(NODE);
    private static final HostClient OUTSIDE = in(CLIENT);
    private static final HostClient POD_A = in(ID + "a");

    private final List<Process> servers = new ArrayList<>();
    private RouteTable table = new RouteTable(new Ruleset("10.42.0.0/16", "10.43.0.0/16"), "a");
    private final NftClient nft = new NftClient.ProcessNftClient(ON_NODE);

    private static HostClient in(String namespace) {
        return new HostClient(List.of("ip", "netns", "exec", namespace));
    }

    @BeforeAll
    void buildTheNetwork(@TempDir Path directory) throws IOException {
        for (String name : List.of(NODE, CLIENT)) {
            HERE.mustRun("ip", "netns", "add", name);
            in(name).mustRun("ip", "link", "set", "lo", "up");
        }
        ON_NODE.mustRun("ip", "link", "add", "br0", "type", "bridge");
        ON_NODE.mustRun("ip", "addr", "add", "10.42.0.1/24", "dev", "br0");
        ON_NODE.mustRun("ip", "link", "set", "br0", "up");
        pod("a", "10.42.0.2", directory);
        pod("b", "10.42.0.3", directory);
        ON_NODE.mustRun("ip", "link", "add", "out0", "type", "veth", "peer", "name", "eth0", "netns", CLIENT);
        ON_NODE.mustRun("ip", "addr", "add", "198.51.100.1/24", "dev", "out0");
        ON_NODE.mustRun("ip", "link", "set", "out0", "up");
        OUTSIDE.mustRun("ip", "addr", "add", "198.51.100.2/24", "dev", "eth0");
        OUTSIDE.mustRun("ip", "link", "set", "eth0", "up");
        new HostNetworkAgent(ON_NODE).prepare("10.43.0.0/16");
        for (String address : List.of("10.42.0.2", "10.42.0.3")) {
            Awaitility.await().until(() -> fetch(ON_NODE, address + ":8080").code() == 0);
        }
    }

    private void pod(String letter, String address, Path directory) throws IOException {
        HERE.mustRun("ip", "netns", "add", ID + letter);
        HostClient pod = in(ID + letter);
        pod.mustRun("ip", "link", "set", "lo", "up");
        ON_NODE.mustRun(
                "ip", "link", "add", "p" + letter, "type", "veth", "peer", "name", "eth0", "netns", ID + letter);
        ON_NODE.mustRun("ip", "link", "set", "p" + letter, "master", "br0");
        ON_NODE.mustRun("ip", "link", "set", "p" + letter, "up");
        // As the bridge plug-in's hairpinMode does: a pod may reach itself by way of a Service.
        ON_NODE.mustRun("sh", "-c", "ip link set p" + letter + " type bridge_slave hairpin on");
        pod.mustRun("ip", "addr", "add", address + "/24", "dev", "eth0");
        pod.mustRun("ip", "link", "set", "eth0", "up");
        pod.mustRun("ip", "route", "add", "default", "via", "10.42.0.1");
        Path root = Files.createDirectory(directory.resolve(letter));
        Files.writeString(root.resolve("index.html"), letter);
        servers.add(new ProcessBuilder(
                        "ip",
                        "netns",
                        "exec",
                        ID + letter,
                        "busybox",
                        "httpd",
                        "-f",
                        "-p",
                        "8080",
                        "-h",
                        root.toString())
                .inheritIO()
                .start());
    }

    @AfterAll
    void takeItDown() {
        servers.forEach(Process::destroyForcibly);
        for (String name : List.of(NODE, CLIENT, ID + "a", ID + "b")) {
            HERE.run("", "ip", "netns", "delete", name);
        }
    }

    @BeforeEach
    void bothPodsServe() throws NftFailure {
        table = new RouteTable(new Ruleset("10.42.0.0/16", "10.43.0.0/16"), "a");
        table.route("default/web", both());
        nft.apply(table.replacement());
        table.installed();
    }

    private static Route both() {
        return BackendsTest.route(
                BackendsTest.endpoint("10.42.0.2", true, false, "a"),
                BackendsTest.endpoint("10.42.0.3", true, false, "a"));
    }

    @Test
    void theClusterAddressReachesEveryEndpointFromTheNode() {
        assertThat(answers(ON_NODE, "10.43.0.5", 60)).containsOnlyKeys("a", "b");
    }

    @Test
    void aPodReachesTheServiceEvenWhenItIsItsOwnEndpoint() {
        assertThat(answers(POD_A, "10.43.0.5", 60)).containsOnlyKeys("a", "b");
    }

    @Test
    void theNodePortAnswersOnTheNodesAddressAndOnLoopback() {
        assertThat(answers(OUTSIDE, "198.51.100.1:30080", 60)).containsOnlyKeys("a", "b");
        assertThat(answers(ON_NODE, "127.0.0.1:30080", 60)).containsOnlyKeys("a", "b");
    }

    @Test
    void anEndpointThatIsGoneGetsNothingMore() throws NftFailure {
        table.route("default/web", BackendsTest.route(BackendsTest.endpoint("10.42.0.3", true, false, "a")));
        nft.apply(table.changes());
        table.installed();

        assertThat(answers(ON_NODE, "10.43.0.5", 30)).containsOnlyKeys("b");
        assertThat(answers(OUTSIDE, "198.51.100.1:30080", 30)).containsOnlyKeys("b");
    }

    @Test
    void aServiceWithoutEndpointsRefusesAtOnce() throws NftFailure {
        table.route("default/web", BackendsTest.route());
        nft.apply(table.changes());
        table.installed();

        assertThat(fetch(ON_NODE, "10.43.0.5").code()).isEqualTo(CURL_COULD_NOT_CONNECT);
        assertThat(fetch(OUTSIDE, "198.51.100.1:30080").code()).isEqualTo(CURL_COULD_NOT_CONNECT);
    }

    @Test
    void aClientWithAffinityStaysWithItsEndpoint() throws NftFailure {
        table.route("default/web", both().withSessionAffinity("ClientIP").withSessionAffinityTimeoutSeconds(10_800));
        nft.apply(table.changes());
        table.installed();

        assertThat(answers(OUTSIDE, "198.51.100.1:30080", 40)).hasSize(1);
    }

    @Test
    void twoServicesMayWantOneExternalAddress() throws NftFailure {
        ON_NODE.run("", "ip", "addr", "add", "198.51.100.9/32", "dev", "lo");
        table.route("default/other", both().withService("other").withExternalIPs(List.of("198.51.100.9")));
        table.route("default/web", both().withExternalIPs(List.of("198.51.100.9")));
        nft.apply(table.replacement());
        table.installed();

        assertThat(answers(ON_NODE, "198.51.100.9", 20)).isNotEmpty();
        table.route("default/other", null);
        nft.apply(table.changes());
        table.installed();
        assertThat(answers(ON_NODE, "198.51.100.9", 20)).isNotEmpty();
    }

    @Test
    void aHostPortAnswersOnTheNodesAddressOnLoopbackAndToThePodItself() throws NftFailure {
        table.assignment("a/uid-a", RouteTableTest.pod("a", "10.42.0.2", RouteTableTest.port(8081, "")));
        table.assignment("a/uid-b", RouteTableTest.pod("b", "10.42.0.3", RouteTableTest.port(8082, "127.0.0.1")));
        nft.apply(table.changes());
        table.installed();

        assertThat(answers(OUTSIDE, "198.51.100.1:8081", 5)).containsOnlyKeys("a");
        assertThat(answers(ON_NODE, "127.0.0.1:8081", 5)).containsOnlyKeys("a");
        assertThat(answers(ON_NODE, "198.51.100.1:8081", 5)).containsOnlyKeys("a");
        assertThat(answers(POD_A, "10.42.0.1:8081", 5)).containsOnlyKeys("a");
        assertThat(answers(ON_NODE, "127.0.0.1:8082", 5)).containsOnlyKeys("b");
        assertThat(fetch(OUTSIDE, "198.51.100.1:8082").code()).isEqualTo(CURL_COULD_NOT_CONNECT);

        table.assignment("a/uid-a", null);
        nft.apply(table.changes());
        table.installed();
        assertThat(fetch(OUTSIDE, "198.51.100.1:8081").code()).isEqualTo(CURL_COULD_NOT_CONNECT);
    }

    @Test
    void aDeletedServiceLeavesNothingInTheTable() throws NftFailure {
        table.route("default/web", null);
        nft.apply(table.changes());
        table.installed();

        assertThat(ON_NODE.run("", "nft", "list", "table", "ip", "shiplog").text())
                .doesNotContain("svc-", "ep-", "ext-", "10.43.0.5");
    }

    private static Map<String, Integer> answers(HostClient from, String address, int times) {
        var answers = new TreeMap<String, Integer>();
        for (int i = 0; i < times; i++) {
            HostClient.Answer answer = fetch(from, address);
            assertThat(answer.code()).as(answer.text()).isZero();
            answers.merge(answer.text(), 1, Integer::sum);
        }
        return answers;
    }

    private static HostClient.Answer fetch(HostClient from, String address) {
        return from.run("", "curl", "-sS", "-m", "5", "http://" + address + "/");
    }
}
