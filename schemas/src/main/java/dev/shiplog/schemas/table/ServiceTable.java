package dev.shiplog.schemas.table;

import dev.shiplog.core.v1.Service;
import dev.shiplog.core.v1.ServicePort;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Services as a table.
final class ServiceTable {
    static final Shape SHAPE = Shape.computed(
            Service.class,
            List.of(
                    Column.ofName(),
                    Column.text("Type", "How the Service is reached."),
                    Column.text("Cluster-IP", "Its address inside the cluster."),
                    Column.text("External-IP", "Its addresses from outside."),
                    Column.text("Port(s)", "Its ports, with the node port and the protocol of each."),
                    Column.ofAge(),
                    Column.wide("Selector", "Labels of the pods behind it.")),
            ServiceTable::cells);

    private ServiceTable() {}

    private static List<@Nullable Object> cells(Service service, Instant now) {
        var spec = service.spec();
        String clusterIp = spec.clusterIPs().isEmpty()
                ? spec.clusterIP()
                : spec.clusterIPs().getFirst();
        return Arrays.asList(
                service.metadata().name(),
                spec.type(),
                Texts.orNone(clusterIp),
                external(service),
                Texts.orNone(spec.ports().stream().map(ServiceTable::port).collect(Collectors.joining(","))),
                Ages.since(service.metadata().creationTimestamp(), now),
                Texts.labels(spec.selector()));
    }

    private static String external(Service service) {
        var spec = service.spec();
        return switch (spec.type()) {
            case "ExternalName" -> spec.externalName();
            case "LoadBalancer" -> {
                var addresses = new ArrayList<String>();
                service.status()
                        .loadBalancer()
                        .ingress()
                        .forEach(ingress -> addresses.add(ingress.ip().isEmpty() ? ingress.hostname() : ingress.ip()));
                addresses.addAll(spec.externalIPs());
                yield addresses.isEmpty() ? "<pending>" : String.join(",", addresses);
            }
            default -> Texts.orNone(String.join(",", spec.externalIPs()));
        };
    }

    private static String port(ServicePort port) {
        return port.nodePort() == 0
                ? port.port() + "/" + port.protocol()
                : port.port() + ":" + port.nodePort() + "/" + port.protocol();
    }
}
