package dev.shiplog.controllers.endpoints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.controllers.Town;
import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.ContainerPort;
import dev.shiplog.core.v1.EndpointAddress;
import dev.shiplog.core.v1.Endpoints;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodSpec;
import dev.shiplog.core.v1.Service;
import dev.shiplog.core.v1.ServicePort;
import dev.shiplog.core.v1.ServiceSpec;
import dev.shiplog.discovery_k8s_io.v1.Endpoint;
import dev.shiplog.discovery_k8s_io.v1.EndpointSlice;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.store.reconcile.Resource;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class EndpointsTest {
    private final Town town = new Town();

    private void service(UnaryOperator<ServiceSpec> spec) {
        town.lab.create(
                Resource.SERVICES,
                Service.builder()
                        .metadata(ObjectMeta.builder()
                                .namespace(Town.NS)
                                .name("web")
                                .labels(Map.of("team", "x"))
                                .build())
                        .spec(spec.apply(ServiceSpec.builder()
                                .type("ClusterIP")
                                .clusterIP("10.43.0.9")
                                .selector(Map.of("app", "web"))
                                .ports(List.of(ServicePort.builder()
                                        .name("http")
                                        .port(80)
                                        .targetPort("web")
                                        .protocol("TCP")
                                        .build()))
                                .build()))
                        .build());
    }

    private Pod pod(String name, int port, boolean ready) {
        town.lab.create(
                Resource.PODS,
                Pod.builder()
                        .metadata(ObjectMeta.builder()
                                .namespace(Town.NS)
                                .name(name)
                                .labels(Map.of("app", "web"))
                                .build())
                        .spec(PodSpec.builder()
                                .nodeName("node-1")
                                .containers(List.of(Container.builder()
                                        .name("c")
                                        .ports(List.of(ContainerPort.builder()
                                                .name("web")
                                                .containerPort(port)
                                                .protocol("TCP")
                                                .build()))
                                        .build()))
                                .build())
                        .build());
        town.ready(town.lab.need(Resource.PODS, Town.NS, name), ready);
        return town.lab.need(Resource.PODS, Town.NS, name);
    }

    private List<EndpointSlice> slices() {
        return town.lab.all(Resource.ENDPOINT_SLICES);
    }

    private Endpoints endpoints() {
        return town.lab.need(Resource.ENDPOINTS, Town.NS, "web");
    }

    @Test
    void readyAndUnreadyPodsAreToldApart() {
        service(spec -> spec);
        Pod ready = pod("p1", 8080, true);
        pod("p2", 8080, false);
        town.settle();

        assertThat(slices()).hasSize(1);
        EndpointSlice slice = slices().getFirst();
        assertThat(slice.metadata().labels())
                .containsEntry("kubernetes.io/service-name", "web")
                .containsEntry("endpointslice.kubernetes.io/managed-by", "endpointslice-controller.k8s.io")
                .containsEntry("team", "x");
        assertThat(slice.metadata().ownerReferences().getFirst().kind()).isEqualTo("Service");
        assertThat(slice.addressType()).isEqualTo("IPv4");
        assertThat(slice.ports().getFirst().port()).isEqualTo(8080);
        assertThat(slice.endpoints())
                .extracting(endpoint -> endpoint.conditions().ready())
                .containsExactly(true, false);
        assertThat(slice.endpoints().getFirst().nodeName()).isEqualTo("node-1");
        assertThat(endpoints().subsets()).hasSize(1);
        assertThat(endpoints().subsets().getFirst().addresses())
                .extracting(EndpointAddress::ip)
                .containsExactly(ready.status().podIP());
        assertThat(endpoints().subsets().getFirst().notReadyAddresses()).hasSize(1);
    }

    @Test
    void aTerminatingPodServesNoMoreButIsStillShownInSlices() {
        service(spec -> spec);
        pod("p1", 8080, true);
        town.settle();
        town.lab.delete(Resource.PODS, Town.NS, "p1");
        town.settle();

        Endpoint endpoint = slices().getFirst().endpoints().getFirst();
        assertThat(endpoint.conditions().ready()).isFalse();
        assertThat(endpoint.conditions().serving()).isTrue();
        assertThat(endpoint.conditions().terminating()).isTrue();
        assertThat(endpoints().subsets()).isEmpty();

        town.lab.confirm(Town.NS, "p1");
        town.settle();
        assertThat(slices()).hasSize(1);
        assertThat(slices().getFirst().endpoints()).isEmpty();
    }

    @Test
    void namedPortsThatDifferMakeSlicesAndSubsetsOfTheirOwn() {
        service(spec -> spec);
        pod("p1", 8080, true);
        pod("p2", 9090, true);
        town.settle();

        assertThat(slices()).hasSize(2);
        assertThat(endpoints().subsets())
                .extracting(subset -> subset.ports().getFirst().port())
                .containsExactlyInAnyOrder(8080, 9090);
    }

    @Test
    void aSliceHoldsAHundredEndpointsAndFewChangeAtOnce() {
        service(spec -> spec.withPorts(List.of()));
        for (int i = 0; i < 250; i++) {
            pod("p%03d".formatted(i), 80, true);
        }
        town.settle();
        assertThat(slices()).extracting(slice -> slice.endpoints().size()).containsExactlyInAnyOrder(100, 100, 50);

        long before = town.lab.accepted().size();
        town.lab.delete(Resource.PODS, Town.NS, "p007");
        town.lab.confirm(Town.NS, "p007");
        town.settle();
        assertThat(town.lab.accepted().stream()
                        .skip(before)
                        .filter(request -> request.origin().component().equals("endpointslice-controller"))
                        .flatMap(request -> request.items().stream()))
                .hasSize(1);
    }

    @Test
    void publishNotReadyAddressesAndHeadlessServices() {
        service(spec -> spec.withPublishNotReadyAddresses(true).withClusterIP("None"));
        pod("p1", 8080, false);
        town.settle();

        assertThat(slices().getFirst().endpoints().getFirst().conditions().ready())
                .isTrue();
        assertThat(slices().getFirst().metadata().labels()).containsEntry("service.kubernetes.io/headless", "");
        assertThat(endpoints().subsets().getFirst().addresses()).hasSize(1);
    }

    @Test
    void endpointsGoWithTheirServiceAndThoseOfOthersStay() {
        service(spec -> spec);
        pod("p1", 8080, true);
        town.lab.create(
                Resource.ENDPOINTS,
                Endpoints.builder()
                        .metadata(ObjectMeta.builder()
                                .namespace(Town.NS)
                                .name("by-hand")
                                .build())
                        .build());
        town.settle();
        town.lab.delete(Resource.SERVICES, Town.NS, "web");
        town.settle();

        assertThat(slices()).isEmpty();
        assertThat(town.lab.all(Resource.ENDPOINTS))
                .extracting(each -> each.metadata().name())
                .containsExactly("by-hand");
    }

    @Test
    void aServiceWithoutSelectorIsLeftAlone() {
        service(spec -> spec.withSelector(Map.of()));
        pod("p1", 8080, true);
        town.settle();

        assertThat(slices()).isEmpty();
        assertThat(town.lab.all(Resource.ENDPOINTS)).isEmpty();
    }
}
