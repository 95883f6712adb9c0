package dev.shiplog.controllers.endpoints;

import dev.shiplog.controllers.Pods;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodIP;
import dev.shiplog.core.v1.Service;
import dev.shiplog.discovery_k8s_io.v1.Endpoint;
import dev.shiplog.discovery_k8s_io.v1.EndpointConditions;
import dev.shiplog.discovery_k8s_io.v1.EndpointPort;
import dev.shiplog.discovery_k8s_io.v1.EndpointSlice;
import dev.shiplog.journal.Condition;
import dev.shiplog.journal.Guard;
import dev.shiplog.journal.Key;
import dev.shiplog.store.reconcile.Changed;
import dev.shiplog.store.reconcile.Decision;
import dev.shiplog.store.reconcile.Reconciler;
import dev.shiplog.store.reconcile.Resource;
import dev.shiplog.store.reconcile.Row;
import dev.shiplog.store.reconcile.Tables;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Keeps for each Service with a selector the EndpointSlices of its pods.
///
/// See kubernetes.io/docs/concepts/services-networking/endpoint-slices.
public final class EndpointSliceReconciler implements Reconciler {
    static final String SERVICE_NAME = "kubernetes.io/service-name";
    static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
    static final String MANAGER = "endpointslice-controller.k8s.io";
    private static final String IPV4 = "IPv4";
    private static final String IPV6 = "IPv6";

    @Override
    public String name() {
        return "endpointslice-controller";
    }

    @Override
    public Set<Resource<?>> reads() {
        return Set.of(Resource.SERVICES, Resource.PODS, Resource.ENDPOINT_SLICES);
    }

    @Override
    public void concerned(Changed changed, Tables tables, Consumer<Key> keys) {
        if (Resource.PODS.has(changed.key())) {
            Backends.servicesOf(changed, tables, keys);
        } else if (Resource.SERVICES.has(changed.key())) {
            keys.accept(changed.key());
        } else if (Resource.ENDPOINT_SLICES.has(changed.key())) {
            Stream.of(changed.before(Resource.ENDPOINT_SLICES), changed.now(Resource.ENDPOINT_SLICES))
                    .forEach(slice -> {
                        @Nullable
                        String service =
                                slice == null ? null : slice.metadata().labels().get(SERVICE_NAME);
                        if (service != null) {
                            keys.accept(Resource.SERVICES.key(changed.key().namespace(), service));
                        }
                    });
        }
    }

    @Override
    public Decision reconcile(Key key, Tables tables, Instant now) {
        @Nullable Row<Service> service = tables.get(Resource.SERVICES, key.namespace(), key.name());
        if (service == null || !Backends.selects(service.object())) {
            return Decision.none();
        }
        List<Row<EndpointSlice>> held =
                tables.labelled(Resource.ENDPOINT_SLICES, key.namespace(), Map.of(SERVICE_NAME, key.name())).stream()
                        .filter(slice ->
                                MANAGER.equals(slice.metadata().labels().get(MANAGED_BY)))
                        .toList();
        var packing = new Packing(service, held, tables);
        List<String> families = service.object().spec().ipFamilies();
        for (String family : families.isEmpty() ? List.of(IPV4) : families) {
            wanted(service, family, tables).forEach((ports, endpoints) -> packing.pack(family, ports, endpoints));
        }
        var items = packing.items();
        return items.isEmpty()
                ? Decision.none()
                : Decision.prefixOf("update endpoint slices", items)
                        .guarded(List.of(new Guard(service.key(), Condition.AT, service.revision())));
    }

    /// The endpoints of one address family by the ports they have; a Service without pods has one empty list.
    private static Map<List<EndpointPort>, List<Endpoint>> wanted(Row<Service> row, String family, Tables tables) {
        Service service = row.object();
        var byPorts = new LinkedHashMap<List<EndpointPort>, List<Endpoint>>();
        for (Row<Pod> pod : Backends.pods(row, tables)) {
            @Nullable String address = address(pod.object(), family);
            if (address != null) {
                byPorts.computeIfAbsent(ports(Backends.ports(service, pod.object())), _ -> new ArrayList<>())
                        .add(endpoint(service, pod, address));
            }
        }
        if (byPorts.isEmpty()) {
            byPorts.put(List.of(), List.of());
        }
        return byPorts;
    }

    private static @Nullable String address(Pod pod, String family) {
        List<PodIP> addresses = pod.status().podIPs();
        Stream<String> all = addresses.isEmpty()
                ? Stream.of(pod.status().podIP())
                : addresses.stream().map(PodIP::ip);
        return all.filter(ip -> family.equals(ip.indexOf(':') >= 0 ? IPV6 : IPV4))
                .findFirst()
                .orElse(null);
    }

    private static List<EndpointPort> ports(List<Backends.Port> ports) {
        return ports.stream()
                .map(port -> EndpointPort.builder()
                        .name(port.name())
                        .port(port.number())
                        .protocol(port.protocol())
                        .appProtocol(port.appProtocol())
                        .build())
                .toList();
    }

    private static Endpoint endpoint(Service service, Row<Pod> row, String address) {
        Pod pod = row.object();
        boolean serving = Pods.ready(pod);
        boolean terminating = Pods.terminating(pod);
        String node = pod.spec().nodeName();
        return Endpoint.builder()
                .addresses(List.of(address))
                .conditions(EndpointConditions.builder()
                        .ready(service.spec().publishNotReadyAddresses() || (serving && !terminating))
                        .serving(serving)
                        .terminating(terminating)
                        .build())
                .hostname(Backends.hostname(service, pod))
                .nodeName(node.isEmpty() ? null : node)
                .targetRef(Backends.reference(row))
                .build();
    }
}
