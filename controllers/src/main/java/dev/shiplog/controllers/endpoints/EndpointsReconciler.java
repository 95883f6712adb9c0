package dev.shiplog.controllers.endpoints;

import dev.shiplog.controllers.Pods;
import dev.shiplog.core.v1.EndpointAddress;
import dev.shiplog.core.v1.EndpointPort;
import dev.shiplog.core.v1.EndpointSubset;
import dev.shiplog.core.v1.Endpoints;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.Service;
import dev.shiplog.journal.Condition;
import dev.shiplog.journal.Guard;
import dev.shiplog.journal.Item;
import dev.shiplog.journal.Key;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.store.reconcile.Changed;
import dev.shiplog.store.reconcile.Decision;
import dev.shiplog.store.reconcile.Items;
import dev.shiplog.store.reconcile.Reconciler;
import dev.shiplog.store.reconcile.Resource;
import dev.shiplog.store.reconcile.Row;
import dev.shiplog.store.reconcile.Tables;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Keeps for each Service with a selector an Endpoints object of the same name.
///
/// See kubernetes.io/docs/concepts/services-networking/service, "Endpoints".
public final class EndpointsReconciler implements Reconciler {
    /// Addresses of one object; further ones are left out, and an annotation says so.
    static final int ADDRESSES_MAX = 1_000;

    static final String OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity";
    static final String MANAGED_BY = "endpoints.kubernetes.io/managed-by";
    static final String MANAGER = "endpoint-controller";

    @Override
    public String name() {
        return "endpoint-controller";
    }

    @Override
    public Set<Resource<?>> reads() {
        return Set.of(Resource.SERVICES, Resource.PODS, Resource.ENDPOINTS);
    }

    @Override
    public void concerned(Changed changed, Tables tables, Consumer<Key> keys) {
        if (Resource.PODS.has(changed.key())) {
            Backends.servicesOf(changed, tables, keys);
        } else if (Resource.SERVICES.has(changed.key()) || Resource.ENDPOINTS.has(changed.key())) {
            keys.accept(Resource.SERVICES.key(
                    changed.key().namespace(), changed.key().name()));
        }
    }

    @Override
    public Decision reconcile(Key key, Tables tables, Instant now) {
        @Nullable Row<Service> service = tables.get(Resource.SERVICES, key.namespace(), key.name());
        @Nullable Row<Endpoints> held = tables.get(Resource.ENDPOINTS, key.namespace(), key.name());
        if (service == null) {
            return held == null ? Decision.none() : dropped(held, key);
        }
        if (!Backends.selects(service.object())) {
            return Decision.none();
        }
        Endpoints wanted = wanted(service, tables, held);
        if (held == null) {
            return decision("create endpoints", service, Items.create(Resource.ENDPOINTS, wanted));
        }
        return wanted.equals(held.object())
                ? Decision.none()
                : decision("update endpoints", service, Items.update(held, wanted));
    }

    private static Decision decision(String reason, Row<Service> service, Item item) {
        return Decision.of(reason, List.of(item))
                .guarded(List.of(new Guard(service.key(), Condition.AT, service.revision())));
    }

    /// Only what this controller made goes with its Service: one may write Endpoints before the Service.
    private static Decision dropped(Row<Endpoints> held, Key service) {
        boolean ours = MANAGER.equals(held.metadata().labels().get(MANAGED_BY));
        return ours
                ? Decision.of("the service is gone", List.of(Items.delete(held)))
                        .guarded(List.of(new Guard(service, Condition.ABSENT, 0)))
                : Decision.none();
    }

    private static Endpoints wanted(Row<Service> service, Tables tables, @Nullable Row<Endpoints> held) {
        var labels = new TreeMap<>(service.metadata().labels());
        labels.put(MANAGED_BY, MANAGER);
        if (Backends.headless(service.object())) {
            labels.put(Backends.HEADLESS_LABEL, "");
        }
        List<Row<Pod>> pods = Backends.pods(service, tables);
        var annotations =
                new TreeMap<>(held == null ? Map.of() : held.metadata().annotations());
        annotations.remove(OVER_CAPACITY);
        if (pods.size() > ADDRESSES_MAX) {
            annotations.put(OVER_CAPACITY, "truncated");
        }
        ObjectMeta metadata = (held == null ? ObjectMeta.EMPTY : held.metadata())
                .toBuilder()
                        .name(service.name())
                        .namespace(service.namespace())
                        .labels(labels)
                        .annotations(annotations)
                        .build();
        return (held == null ? Endpoints.EMPTY : held.object())
                .toBuilder()
                        .metadata(metadata)
                        .subsets(subsets(service.object(), pods))
                        .build();
    }

    /// Pods that listen on the same ports share a subset.
    private static List<EndpointSubset> subsets(Service service, List<Row<Pod>> pods) {
        boolean unready = service.spec().publishNotReadyAddresses();
        var byPorts = new LinkedHashMap<List<Backends.Port>, EndpointSubset.Builder>();
        var ready = new LinkedHashMap<List<Backends.Port>, List<EndpointAddress>>();
        var notReady = new LinkedHashMap<List<Backends.Port>, List<EndpointAddress>>();
        pods.stream()
                .filter(row -> unready || !Pods.terminating(row.object()))
                .limit(ADDRESSES_MAX)
                .forEach(row -> {
                    List<Backends.Port> ports = Backends.ports(service, row.object());
                    if (ports.isEmpty() && !service.spec().ports().isEmpty()) {
                        return;
                    }
                    byPorts.computeIfAbsent(ports, EndpointsReconciler::subset);
                    var side = unready || Pods.ready(row.object()) ? ready : notReady;
                    side.computeIfAbsent(ports, _ -> new ArrayList<>()).add(address(service, row));
                });
        var subsets = new ArrayList<EndpointSubset>();
        byPorts.forEach((ports, subset) -> subsets.add(subset.addresses(sorted(ready.get(ports)))
                .notReadyAddresses(sorted(notReady.get(ports)))
                .build()));
        subsets.sort(Comparator.comparing(subset -> subset.ports().toString()));
        return subsets;
    }

    private static EndpointSubset.Builder subset(List<Backends.Port> ports) {
        return EndpointSubset.builder()
                .ports(ports.stream()
                        .map(port -> EndpointPort.builder()
                                .name(port.name())
                                .port(port.number())
                                .protocol(port.protocol())
                                .appProtocol(port.appProtocol())
                                .build())
                        .toList());
    }

    private static List<EndpointAddress> sorted(@Nullable List<EndpointAddress> addresses) {
        return addresses == null
                ? List.of()
                : addresses.stream()
                        .sorted(Comparator.comparing(EndpointAddress::ip))
                        .toList();
    }

    private static EndpointAddress address(Service service, Row<Pod> row) {
        Pod pod = row.object();
        @Nullable String hostname = Backends.hostname(service, pod);
        return EndpointAddress.builder()
                .ip(pod.status().podIP())
                .hostname(hostname == null ? "" : hostname)
                .nodeName(pod.spec().nodeName())
                .targetRef(Backends.reference(row))
                .build();
    }
}
