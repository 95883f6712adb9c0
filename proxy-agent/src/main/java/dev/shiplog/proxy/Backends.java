package dev.shiplog.proxy;

import dev.shiplog.journal.Route;
import dev.shiplog.journal.RouteEndpoint;
import dev.shiplog.journal.RoutePort;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Which endpoints a node sends the connections of a Service to.
///
/// Ready endpoints are used; when a node's choice has none of them, those that are still serving while they terminate
/// (Kubernetes: "Proxying connections to terminating Pods"). A traffic policy `Local` leaves only the node's own.
final class Backends {

    private Backends() {}

    static List<Backend> of(Route route, String node) {
        var backends = new ArrayList<Backend>();
        for (RoutePort port : route.ports()) {
            boolean internalLocal = route.internalTrafficPolicy().equals("Local");
            boolean externalLocal = route.externalTrafficPolicy().equals("Local");
            backends.add(new Backend(
                    "%s/%s/%s/%s".formatted(route.namespace(), route.service(), port.protocol(), port.name()),
                    port.protocol().toLowerCase(Locale.ROOT),
                    Stream.of(route.clusterIPs(), route.externalIPs(), route.loadBalancerIPs())
                            .flatMap(List::stream)
                            .filter(Backends::isIpv4)
                            .distinct()
                            .toList(),
                    port.port(),
                    port.nodePort(),
                    targets(route, port, internalLocal ? node : ""),
                    targets(route, port, externalLocal ? node : ""),
                    externalLocal,
                    route.sessionAffinity().equals("ClientIP") ? route.sessionAffinityTimeoutSeconds() : 0));
        }
        return backends;
    }

    private static List<Backend.Target> targets(Route route, RoutePort port, String onlyNode) {
        List<Backend.Target> ready = targets(route, port, onlyNode, RouteEndpoint::ready);
        return ready.isEmpty()
                ? targets(route, port, onlyNode, endpoint -> endpoint.serving() && endpoint.terminating())
                : ready;
    }

    private static List<Backend.Target> targets(
            Route route, RoutePort port, String onlyNode, Predicate<RouteEndpoint> usable) {
        return route.endpoints().stream()
                .filter(usable)
                .filter(endpoint -> onlyNode.isEmpty() || endpoint.nodeName().equals(onlyNode))
                .filter(endpoint -> endpoint.ports().containsKey(port.name()))
                .flatMap(endpoint -> endpoint.addresses().stream()
                        .filter(Backends::isIpv4)
                        .map(address ->
                                new Backend.Target(address, endpoint.ports().get(port.name()))))
                .distinct()
                .sorted()
                .toList();
    }

    private static boolean isIpv4(String address) {
        return address.indexOf(':') < 0;
    }
}
