package dev.shiplog.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.journal.Route;
import dev.shiplog.journal.RouteEndpoint;
import dev.shiplog.journal.RoutePort;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Which endpoints serve: Kubernetes, "Service" and "Virtual IPs and Service Proxies" (traffic policies, terminating
/// endpoints).
class BackendsTest {
    static final RoutePort HTTP = RoutePort.builder()
            .name("http")
            .protocol("TCP")
            .port(80)
            .nodePort(30080)
            .build();

    @Test
    void onlyReadyEndpointsServe() {
        Backend backend =
                only(route(endpoint("10.42.0.2", true, false, "a"), endpoint("10.42.0.3", false, false, "a")));

        assertThat(backend.internal()).containsExactly(new Backend.Target("10.42.0.2", 8080));
        assertThat(backend.external()).isEqualTo(backend.internal());
    }

    @Test
    void terminatingEndpointsServeWhenNoneIsReady() {
        Backend backend = only(route(endpoint("10.42.0.2", false, true, "a")));

        assertThat(backend.internal()).containsExactly(new Backend.Target("10.42.0.2", 8080));
    }

    @Test
    void theLocalPolicyTakesOnlyEndpointsOfThisNode() {
        Route route = route(endpoint("10.42.0.2", true, false, "a"), endpoint("10.42.1.2", true, false, "b"))
                .withExternalTrafficPolicy("Local");

        Backend backend = Backends.of(route, "b").getFirst();

        assertThat(backend.internal()).hasSize(2);
        assertThat(backend.external()).containsExactly(new Backend.Target("10.42.1.2", 8080));
        assertThat(backend.keepSource()).isTrue();
    }

    @Test
    void affinityCarriesItsTimeOut() {
        Route route = route(endpoint("10.42.0.2", true, false, "a"))
                .withSessionAffinity("ClientIP")
                .withSessionAffinityTimeoutSeconds(600);

        assertThat(only(route).affinitySeconds()).isEqualTo(600);
    }

    private static Backend only(Route route) {
        return Backends.of(route, "a").getFirst();
    }

    static Route route(RouteEndpoint... endpoints) {
        return Route.builder()
                .namespace("default")
                .service("web")
                .type("NodePort")
                .clusterIPs(List.of("10.43.0.5"))
                .ports(List.of(HTTP))
                .sessionAffinity("None")
                .internalTrafficPolicy("Cluster")
                .externalTrafficPolicy("Cluster")
                .endpoints(List.of(endpoints))
                .build();
    }

    static RouteEndpoint endpoint(String address, boolean ready, boolean terminating, String node) {
        return RouteEndpoint.builder()
                .addresses(List.of(address))
                .ports(Map.of("http", 8080))
                .ready(ready)
                .serving(ready || terminating)
                .terminating(terminating)
                .nodeName(node)
                .build();
    }
}
