package dev.shiplog.schemas.project;

import dev.shiplog.core.v1.LoadBalancerIngress;
import dev.shiplog.core.v1.Service;
import dev.shiplog.core.v1.ServicePort;
import dev.shiplog.core.v1.ServiceSpec;
import dev.shiplog.discovery_k8s_io.v1.Endpoint;
import dev.shiplog.discovery_k8s_io.v1.EndpointPort;
import dev.shiplog.discovery_k8s_io.v1.EndpointSlice;
import dev.shiplog.journal.Route;
import dev.shiplog.journal.RouteEndpoint;
import dev.shiplog.journal.RoutePort;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Projects a Service and its EndpointSlices into how every proxy reaches it. The order of the slices does not matter.
public final class Routes {
    private static final int CLIENT_IP_SECONDS = 10_800;

    private Routes() {}

    /// The route, or null when there is no address to route: a headless or external Service, or one without an address
    /// yet.
    public static @Nullable Route of(Service service, List<EndpointSlice> slices) {
        ServiceSpec spec = service.spec();
        if (spec.type().equals("ExternalName")
                || spec.clusterIP().isEmpty()
                || spec.clusterIP().equals("None")) {
            return null;
        }
        return Route.builder()
                .namespace(service.metadata().namespace())
                .service(service.metadata().name())
                .type(spec.type())
                .clusterIPs(spec.clusterIPs().isEmpty() ? List.of(spec.clusterIP()) : spec.clusterIPs())
                .externalIPs(spec.externalIPs())
                .loadBalancerIPs(loadBalancerIps(service))
                .ports(spec.ports().stream().map(Routes::port).toList())
                .sessionAffinity(spec.sessionAffinity())
                .sessionAffinityTimeoutSeconds(affinitySeconds(spec))
                .internalTrafficPolicy(Objects.requireNonNullElse(spec.internalTrafficPolicy(), "Cluster"))
                .externalTrafficPolicy(
                        spec.externalTrafficPolicy().isEmpty() ? "Cluster" : spec.externalTrafficPolicy())
                .healthCheckNodePort(spec.healthCheckNodePort())
                .endpoints(endpoints(spec, slices))
                .build();
    }

    /// The key under which the route of a Service stands.
    public static String key(Service service) {
        return service.metadata().namespace() + "/" + service.metadata().name();
    }

    /// Addresses that proxies answer for; with the mode Proxy the balancer delivers to the node itself.
    private static List<String> loadBalancerIps(Service service) {
        return service.status().loadBalancer().ingress().stream()
                .filter(ingress -> !"Proxy".equals(ingress.ipMode()))
                .map(LoadBalancerIngress::ip)
                .filter(ip -> !ip.isEmpty())
                .toList();
    }

    private static RoutePort port(ServicePort port) {
        return RoutePort.builder()
                .name(port.name())
                .protocol(port.protocol())
                .port(port.port())
                .nodePort(port.nodePort())
                .appProtocol(Objects.requireNonNullElse(port.appProtocol(), ""))
                .build();
    }

    private static int affinitySeconds(ServiceSpec spec) {
        if (!spec.sessionAffinity().equals("ClientIP")) {
            return 0;
        }
        var config = spec.sessionAffinityConfig();
        var clientIp = config == null ? null : config.clientIP();
        Integer seconds = clientIp == null ? null : clientIp.timeoutSeconds();
        return seconds == null ? CLIENT_IP_SECONDS : seconds;
    }

    /// One endpoint per address, with the ports of all slices that have it, ordered by address.
    private static List<RouteEndpoint> endpoints(ServiceSpec spec, List<EndpointSlice> slices) {
        var endpoints = new TreeMap<String, RouteEndpoint>();
        slices.stream()
                .filter(slice -> !slice.addressType().equals("FQDN"))
                .sorted(Comparator.comparing(slice -> slice.metadata().name()))
                .forEach(slice -> {
                    Map<String, Integer> ports = ports(spec, slice.ports());
                    for (Endpoint endpoint : slice.endpoints()) {
                        if (!ports.isEmpty() && !endpoint.addresses().isEmpty()) {
                            endpoints.merge(endpoint.addresses().getFirst(), endpoint(endpoint, ports), Routes::joined);
                        }
                    }
                });
        return List.copyOf(endpoints.values());
    }

    private static RouteEndpoint joined(RouteEndpoint one, RouteEndpoint other) {
        var ports = new HashMap<>(other.ports());
        ports.putAll(one.ports());
        return one.withPorts(ports);
    }

    /// The numbers behind those ports of the Service that a slice has, by the name of the port.
    private static Map<String, Integer> ports(ServiceSpec spec, List<EndpointPort> ports) {
        var numbers = new HashMap<String, Integer>();
        for (ServicePort port : spec.ports()) {
            for (EndpointPort target : ports) {
                Integer number = target.port();
                boolean same = Objects.requireNonNullElse(target.name(), "").equals(port.name())
                        && Objects.requireNonNullElse(target.protocol(), "TCP").equals(port.protocol());
                if (same && number != null) {
                    numbers.putIfAbsent(port.name(), number);
                }
            }
        }
        return numbers;
    }

    /// Conditions that are unknown count as ready, and as serving when ready.
    private static RouteEndpoint endpoint(Endpoint endpoint, Map<String, Integer> ports) {
        var conditions = endpoint.conditions();
        boolean ready = !Boolean.FALSE.equals(conditions.ready());
        Boolean serving = conditions.serving();
        return RouteEndpoint.builder()
                .addresses(endpoint.addresses())
                .ports(ports)
                .ready(ready)
                .serving(serving == null ? ready : serving)
                .terminating(Boolean.TRUE.equals(conditions.terminating()))
                .nodeName(Objects.requireNonNullElse(endpoint.nodeName(), ""))
                .zone(Objects.requireNonNullElse(endpoint.zone(), ""))
                .build();
    }
}
