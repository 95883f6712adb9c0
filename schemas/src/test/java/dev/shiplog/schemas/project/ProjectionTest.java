package dev.shiplog.schemas.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.core.v1.Node;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodSpec;
import dev.shiplog.core.v1.Service;
import dev.shiplog.core.v1.ServicePort;
import dev.shiplog.core.v1.ServiceSpec;
import dev.shiplog.discovery_k8s_io.v1.Endpoint;
import dev.shiplog.discovery_k8s_io.v1.EndpointConditions;
import dev.shiplog.discovery_k8s_io.v1.EndpointPort;
import dev.shiplog.discovery_k8s_io.v1.EndpointSlice;
import dev.shiplog.journal.Route;
import dev.shiplog.journal.RouteEndpoint;
import dev.shiplog.meta.v1.ManagedFieldsEntry;
import dev.shiplog.meta.v1.ObjectMeta;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProjectionTest {
    private static final Service SERVICE = Service.builder()
            .metadata(ObjectMeta.builder().namespace("n").name("web").build())
            .spec(ServiceSpec.builder()
                    .type("NodePort")
                    .clusterIP("10.43.0.7")
                    .clusterIPs(List.of("10.43.0.7"))
                    .sessionAffinity("ClientIP")
                    .ports(List.of(port("http", 80, 30080), port("metrics", 9090, 0)))
                    .build())
            .build();

    private static ServicePort port(String name, int port, int nodePort) {
        return ServicePort.builder()
                .name(name)
                .protocol("TCP")
                .port(port)
                .nodePort(nodePort)
                .build();
    }

    private static EndpointPort target(String name, int port) {
        return EndpointPort.builder().name(name).protocol("TCP").port(port).build();
    }

    private static Endpoint endpoint(String address, @Nullable Boolean ready, @Nullable Boolean terminating) {
        return Endpoint.builder()
                .addresses(List.of(address))
                .conditions(EndpointConditions.builder()
                        .ready(ready)
                        .terminating(terminating)
                        .build())
                .nodeName("node-1")
                .build();
    }

    private static EndpointSlice slice(String name, List<EndpointPort> ports, Endpoint... endpoints) {
        return EndpointSlice.builder()
                .metadata(ObjectMeta.builder().namespace("n").name(name).build())
                .addressType("IPv4")
                .ports(ports)
                .endpoints(List.of(endpoints))
                .build();
    }

    @Test
    void anUnassignedPodHasNoAssignment() {
        assertThat(Assignments.of(Pod.EMPTY, 7, null)).isNull();
    }

    @Test
    void anAssignmentNamesPodRevisionAndNodeUid() {
        var pod = Pod.builder()
                .metadata(ObjectMeta.builder()
                        .name("p")
                        .uid("pod-uid")
                        .managedFields(List.of(ManagedFieldsEntry.EMPTY))
                        .build())
                .spec(PodSpec.builder().nodeName("node-1").build())
                .build();
        var node = Node.builder()
                .metadata(ObjectMeta.builder().name("node-1").uid("node-uid").build())
                .build();

        var assignment = Objects.requireNonNull(Assignments.of(pod, 7, node));

        assertThat(Assignments.key(pod)).isEqualTo("node-1/pod-uid");
        assertThat(assignment.podRevision()).isEqualTo(7);
        assertThat(assignment.nodeUid()).isEqualTo("node-uid");
        assertThat(assignment.pod().metadata().managedFields()).isEmpty();
        assertThat(assignment.pod().spec()).isEqualTo(pod.spec());
    }

    @Test
    void aRouteJoinsTheSlicesOfItsServiceWhateverTheirOrder() {
        var first = slice(
                "a",
                List.of(target("http", 8080)),
                endpoint("10.42.0.5", null, null),
                endpoint("10.42.0.4", false, true));
        var second =
                slice("b", List.of(target("metrics", 9999), target("other", 1)), endpoint("10.42.0.5", true, null));

        Route route = Objects.requireNonNull(Routes.of(SERVICE, List.of(first, second)));

        assertThat(Routes.of(SERVICE, List.of(second, first))).isEqualTo(route);
        assertThat(route.clusterIPs()).containsExactly("10.43.0.7");
        assertThat(route.sessionAffinityTimeoutSeconds()).isEqualTo(10_800);
        assertThat(route.endpoints())
                .containsExactly(
                        RouteEndpoint.builder()
                                .addresses(List.of("10.42.0.4"))
                                .ports(Map.of("http", 8080))
                                .terminating(true)
                                .nodeName("node-1")
                                .build(),
                        RouteEndpoint.builder()
                                .addresses(List.of("10.42.0.5"))
                                .ports(Map.of("http", 8080, "metrics", 9999))
                                .ready(true)
                                .serving(true)
                                .nodeName("node-1")
                                .build());
    }

    @Test
    void headlessAndExternalServicesHaveNoRoute() {
        assertThat(Routes.of(SERVICE.withSpec(SERVICE.spec().withClusterIP("None")), List.of()))
                .isNull();
        assertThat(Routes.of(SERVICE.withSpec(SERVICE.spec().withClusterIP("")), List.of()))
                .isNull();
        assertThat(Routes.of(SERVICE.withSpec(SERVICE.spec().withType("ExternalName")), List.of()))
                .isNull();
    }
}
