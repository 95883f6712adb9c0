package dev.shiplog.api.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shiplog.api.http.Query;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.DaemonEndpoint;
import dev.shiplog.core.v1.Node;
import dev.shiplog.core.v1.NodeAddress;
import dev.shiplog.core.v1.NodeDaemonEndpoints;
import dev.shiplog.core.v1.NodeStatus;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodSpec;
import dev.shiplog.meta.v1.ObjectMeta;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LogHandlerTest {

    @Test
    void theOnlyContainerNeedsNoName() {
        assertThat(LogHandler.container(pod(Map.of(), "a"), "")).isEqualTo("a");
        assertThat(LogHandler.container(pod(Map.of(), "a", "b"), "b")).isEqualTo("b");
        assertThat(LogHandler.container(pod(Map.of("kubectl.kubernetes.io/default-container", "b"), "a", "b"), ""))
                .isEqualTo("b");
    }

    @Test
    void severalContainersNeedOne() {
        assertThatThrownBy(() -> LogHandler.container(pod(Map.of(), "a", "b"), ""))
                .hasMessage("a container name must be specified for pod p, choose one of: [a b]");
        assertThatThrownBy(() -> LogHandler.container(pod(Map.of(), "a"), "x"))
                .hasMessage("container x is not valid for pod p");
    }

    @Test
    void optionsAreChecked() {
        assertThat(LogQuery.of(Query.parse("tailLines=0&timestamps=true&sinceTime=2026-01-01T00:00:00Z"), "p")
                        .parameters())
                .containsExactly(
                        new LogQuery.Parameter("timestamps", "true"),
                        new LogQuery.Parameter("tailLines", "0"),
                        new LogQuery.Parameter("sinceTime", "2026-01-01T00:00:00Z"));
        code("tailLines=-1", 422);
        code("limitBytes=0", 422);
        code("sinceSeconds=0", 422);
        code("sinceSeconds=5&sinceTime=2026-01-01T00:00:00Z", 422);
        code("tailLines=x", 400);
        code("sinceTime=yesterday", 400);
    }

    @Test
    void aNodeIsReachedByItsInternalAddressAndItsOwnPort() {
        Node node = Node.builder()
                .metadata(ObjectMeta.builder().name("n").build())
                .status(NodeStatus.builder()
                        .addresses(List.of(address("Hostname", "host"), address("InternalIP", "fd00::1")))
                        .daemonEndpoints(NodeDaemonEndpoints.builder()
                                .kubeletEndpoint(
                                        DaemonEndpoint.builder().Port(20_250).build())
                                .build())
                        .build())
                .build();

        assertThat(NodeLocation.of(node).authority()).isEqualTo("[fd00::1]:20250");
        assertThat(NodeLocation.of(node.withStatus(NodeStatus.EMPTY)).authority())
                .isEqualTo("n:10250");
    }

    private static void code(String query, int code) {
        assertThatThrownBy(() -> LogQuery.of(Query.parse(query), "p"))
                .isInstanceOfSatisfying(
                        StatusException.class,
                        e -> assertThat(e.status().code()).isEqualTo(code));
    }

    private static NodeAddress address(String type, String address) {
        return NodeAddress.builder().type(type).address(address).build();
    }

    private static Pod pod(Map<String, String> annotations, String... containers) {
        return Pod.builder()
                .metadata(
                        ObjectMeta.builder().name("p").annotations(annotations).build())
                .spec(PodSpec.builder()
                        .containers(Stream.of(containers)
                                .map(name -> Container.builder().name(name).build())
                                .toList())
                        .build())
                .build();
    }
}
