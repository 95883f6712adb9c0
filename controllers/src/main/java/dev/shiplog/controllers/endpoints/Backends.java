package dev.shiplog.controllers.endpoints;

import dev.shiplog.controllers.Pods;
import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.ContainerPort;
import dev.shiplog.core.v1.ObjectReference;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.Service;
import dev.shiplog.core.v1.ServicePort;
import dev.shiplog.journal.Key;
import dev.shiplog.schemas.select.Selector;
import dev.shiplog.store.reconcile.Changed;
import dev.shiplog.store.reconcile.Resource;
import dev.shiplog.store.reconcile.Row;
import dev.shiplog.store.reconcile.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The pods behind a Service, and where each of them listens.
///
/// See kubernetes.io/docs/concepts/services-networking/service.
final class Backends {
    static final String EXTERNAL_NAME = "ExternalName";
    static final String HEADLESS = "None";
    static final String HEADLESS_LABEL = "service.kubernetes.io/headless";

    /// A port of the Service as this pod has it.
    record Port(
            String name,
            int number,
            String protocol,
            @Nullable String appProtocol) {}

    private Backends() {}

    /// Whether endpoints of this Service are ours to keep.
    static boolean selects(Service service) {
        return !service.spec().selector().isEmpty()
                && !service.spec().type().equals(EXTERNAL_NAME)
                && service.metadata().deletionTimestamp() == null;
    }

    static boolean headless(Service service) {
        return service.spec().clusterIP().equals(HEADLESS);
    }

    /// Names the Services that selected the pod before or do now.
    static void servicesOf(Changed changed, Tables tables, Consumer<Key> keys) {
        @Nullable Pod before = changed.before(Resource.PODS);
        @Nullable Pod now = changed.now(Resource.PODS);
        if (before != null && now != null && alike(before, now)) {
            return;
        }
        for (Row<Service> service : tables.list(Resource.SERVICES, changed.key().namespace())) {
            Selector selector = Selector.ofMap(service.object().spec().selector());
            if (Stream.of(before, now)
                    .anyMatch(pod ->
                            pod != null && selector.matches(pod.metadata().labels()))) {
                keys.accept(service.key());
            }
        }
    }

    /// Whether nothing differs that an endpoint shows.
    private static boolean alike(Pod a, Pod b) {
        return Pods.ready(a) == Pods.ready(b)
                && Pods.terminating(a) == Pods.terminating(b)
                && Pods.finished(a) == Pods.finished(b)
                && a.status().podIP().equals(b.status().podIP())
                && a.status().podIPs().equals(b.status().podIPs())
                && a.metadata().labels().equals(b.metadata().labels())
                && a.metadata().uid().equals(b.metadata().uid())
                && a.spec().nodeName().equals(b.spec().nodeName());
    }

    /// The selected pods that have an address and are not finished.
    static List<Row<Pod>> pods(Row<Service> service, Tables tables) {
        return tables
                .labelled(
                        Resource.PODS,
                        service.namespace(),
                        service.object().spec().selector())
                .stream()
                .filter(row -> !Pods.finished(row.object())
                        && !row.object().status().podIP().isEmpty())
                .toList();
    }

    /// The ports of the Service that this pod has, in the Service's order.
    static List<Port> ports(Service service, Pod pod) {
        var ports = new ArrayList<Port>();
        for (ServicePort port : service.spec().ports()) {
            int number = target(port, pod);
            if (number > 0) {
                ports.add(new Port(port.name(), number, port.protocol(), port.appProtocol()));
            }
        }
        return ports;
    }

    private static int target(ServicePort port, Pod pod) {
        return switch (port.targetPort()) {
            case null -> port.port();
            case Integer number -> number == 0 ? port.port() : number;
            case String name -> named(name, port.protocol(), pod);
            default -> throw new IllegalArgumentException("neither a number nor a name: " + port.targetPort());
        };
    }

    private static int named(String name, String protocol, Pod pod) {
        Stream<Container> sidecars = pod.spec().initContainers().stream()
                .filter(container -> Objects.equals(container.restartPolicy(), "Always"));
        return Stream.concat(pod.spec().containers().stream(), sidecars)
                .flatMap(container -> container.ports().stream())
                .filter(port -> port.name().equals(name) && port.protocol().equals(protocol))
                .mapToInt(ContainerPort::containerPort)
                .findFirst()
                .orElse(0);
    }

    /// The name under which a headless Service publishes this pod; null when it asks for none.
    static @Nullable String hostname(Service service, Pod pod) {
        boolean asks = !pod.spec().hostname().isEmpty()
                && pod.spec().subdomain().equals(service.metadata().name());
        return asks ? pod.spec().hostname() : null;
    }

    static ObjectReference reference(Row<Pod> pod) {
        return ObjectReference.builder()
                .kind(Resource.PODS.kind())
                .namespace(pod.namespace())
                .name(pod.name())
                .uid(pod.uid())
                .build();
    }
}
