package dev.shiplog.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.ContainerPort;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodSpec;
import dev.shiplog.core.v1.PodStatus;
import dev.shiplog.journal.Assignment;
import dev.shiplog.journal.Route;
import dev.shiplog.meta.v1.ObjectMeta;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What the packet filter is told, beside what single Services need of it.
class RouteTableTest {
    private final RouteTable table = new RouteTable(new Ruleset("10.42.0.0/16", "10.43.0.0/16"), "a");

    static Assignment pod(String name, String address, ContainerPort... ports) {
        return Assignment.builder()
                .nodeName("a")
                .pod(Pod.builder()
                        .metadata(ObjectMeta.builder()
                                .name(name)
                                .uid("uid-" + name)
                                .build())
                        .spec(PodSpec.builder()
                                .containers(List.of(Container.builder()
                                        .name("main")
                                        .ports(List.of(ports))
                                        .build()))
                                .build())
                        .status(PodStatus.builder()
                                .phase("Running")
                                .podIP(address)
                                .build())
                        .build())
                .build();
    }

    static ContainerPort port(int host, String hostAddress) {
        return ContainerPort.builder()
                .containerPort(8080)
                .hostPort(host)
                .hostIP(hostAddress)
                .protocol("TCP")
                .build();
    }

    private static Route shared(String service) {
        return BackendsTest.route(BackendsTest.endpoint("10.42.0.2", true, false, "a"))
                .withService(service)
                .withClusterIPs(List.of())
                .withExternalIPs(List.of("198.51.100.9"))
                .withPorts(List.of(BackendsTest.HTTP.withNodePort(0)));
    }

    private List<String> applied() {
        List<String> commands = table.changes();
        table.installed();
        return commands;
    }

    /// nft refuses an element that is there already, and with it all that is asked for in the same transaction.
    @Test
    void ofTwoServicesWithOneExternalAddressTheFirstHasItAndThenTheOther() {
        table.route("default/a", shared("a"));
        table.route("default/b", shared("b"));
        String place = "198.51.100.9 . tcp . 80";

        assertThat(table.disputes()).singleElement().asString().contains(place);
        assertThat(applied()).filteredOn(command -> command.contains(place)).hasSize(1);

        table.route("default/a", null);
        List<String> inherited = applied();

        assertThat(inherited)
                .filteredOn(command -> command.contains(place))
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("delete element ip shiplog services"),
                        then -> assertThat(then).startsWith("add element ip shiplog services"));
        assertThat(applied()).isEmpty();
    }

    @Test
    void anAddressThatMovesIsTakenBackBeforeItIsGiven() {
        table.route("default/a", shared("a"));
        table.route("default/z", shared("z").withExternalIPs(List.of("198.51.100.1")));
        applied();

        table.route("default/z", shared("z"));
        table.route("default/a", shared("a").withExternalIPs(List.of("198.51.100.1")));
        List<String> commands = applied();

        assertThat(commands.stream().filter(command -> command.startsWith("delete element")))
                .hasSize(2)
                .isEqualTo(commands.subList(0, 2));
    }

    /// A set's time-out cannot be changed: another time-out must be another set.
    @Test
    void anotherAffinityTimeOutTakesEffect() {
        Route sticky = shared("a").withSessionAffinity("ClientIP").withSessionAffinityTimeoutSeconds(10_800);
        table.route("default/a", sticky);
        applied();

        table.route("default/a", sticky.withSessionAffinityTimeoutSeconds(60));

        assertThat(applied())
                .anyMatch(command -> command.startsWith("add set") && command.contains("timeout 60s"))
                .anyMatch(command -> command.startsWith("delete set"));
    }

    @Test
    void aHostPortLeadsToItsPodUntilThatEnds() {
        table.assignment("a/uid-web", pod("web", "10.42.0.2", port(8081, ""), port(8082, "192.0.2.10")));

        assertThat(applied())
                .anyMatch(command -> command.startsWith("add element ip shiplog host-ports { tcp . 8081 : goto host-"))
                .anyMatch(command ->
                        command.startsWith("add element ip shiplog host-addresses { 192.0.2.10 . tcp . 8082 : goto "))
                .filteredOn(command -> command.contains("dnat to 10.42.0.2:8080"))
                .hasSize(2);

        Assignment ended = pod("web", "10.42.0.2", port(8081, ""));
        Pod pod = ended.pod();
        table.assignment("a/uid-web", ended.withPod(pod.withStatus(pod.status().withPhase("Succeeded"))));
        assertThat(applied()).contains("delete element ip shiplog host-ports { tcp . 8081 }");
    }

    @Test
    void aPodInTheNodesNetworkOrWithoutAnAddressHasNothingToForward() {
        Assignment waiting = pod("web", "", port(8081, ""));
        Assignment host = pod("web", "192.0.2.10", port(8080, ""));
        Pod pod = host.pod();

        assertThat(HostPorts.of(waiting.pod())).isEmpty();
        assertThat(HostPorts.of(pod.withSpec(pod.spec().withHostNetwork(true)))).isEmpty();
    }

    @Test
    void whatIsMissingWhenATopicIsReadAgainIsGone() {
        table.routes(Map.of("default/a", shared("a")));
        table.assignments(Map.of("a/uid-web", pod("web", "10.42.0.2", port(8081, ""))));
        applied();

        table.routes(Map.of());
        table.assignments(Map.of("a/uid-web", pod("web", "10.42.0.2", port(8081, ""))));

        assertThat(applied())
                .anyMatch(command -> command.startsWith("delete element ip shiplog services"))
                .noneMatch(command -> command.contains("host-ports"));
    }
}
