package dev.shiplog.controllers.endpoints;

import dev.shiplog.core.v1.ObjectReference;
import dev.shiplog.core.v1.Service;
import dev.shiplog.discovery_k8s_io.v1.Endpoint;
import dev.shiplog.discovery_k8s_io.v1.EndpointPort;
import dev.shiplog.discovery_k8s_io.v1.EndpointSlice;
import dev.shiplog.journal.Item;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.store.reconcile.Items;
import dev.shiplog.store.reconcile.Meta;
import dev.shiplog.store.reconcile.Names;
import dev.shiplog.store.reconcile.Resource;
import dev.shiplog.store.reconcile.Row;
import dev.shiplog.store.reconcile.Tables;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Puts endpoints into slices so that few slices change: an endpoint stays in the slice that has it, new ones fill
/// slices with room, and only then new slices begin.
final class Packing {
    /// Endpoints of one slice.
    static final int ENDPOINTS_MAX = 100;

    private final Row<Service> service;
    private final Tables tables;
    private final Map<String, String> labels;
    private final List<Row<EndpointSlice>> unused;
    private final List<Item> changes = new ArrayList<>();
    private final List<Item> creations = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    Packing(Row<Service> service, List<Row<EndpointSlice>> held, Tables tables) {
        this.service = service;
        this.tables = tables;
        this.labels = labels(service);
        this.unused = new ArrayList<>(held);
    }

    /// Packs the endpoints of one family and one list of ports.
    void pack(String family, List<EndpointPort> ports, List<Endpoint> endpoints) {
        var slices = new ArrayList<Row<EndpointSlice>>();
        for (Row<EndpointSlice> slice : unused) {
            EndpointSlice object = slice.object();
            if (object.addressType().equals(family)
                    && object.ports().equals(ports)
                    && object.metadata().deletionTimestamp() == null) {
                slices.add(slice);
            }
        }
        unused.removeAll(slices);
        var left = new LinkedHashMap<ObjectReference, Endpoint>();
        endpoints.forEach(endpoint -> left.put(reference(endpoint), endpoint));
        var kept = new LinkedHashMap<Row<EndpointSlice>, List<Endpoint>>();
        for (Row<EndpointSlice> slice : slices) {
            var stay = new ArrayList<Endpoint>();
            for (Endpoint endpoint : slice.object().endpoints()) {
                @Nullable Endpoint now = left.remove(reference(endpoint));
                if (now != null) {
                    stay.add(now);
                }
            }
            kept.put(slice, stay);
        }
        var homeless = new ArrayDeque<>(left.values());
        kept.values().forEach(stay -> fill(stay, homeless));
        boolean none = endpoints.isEmpty();
        for (Map.Entry<Row<EndpointSlice>, List<Endpoint>> slice : kept.entrySet()) {
            if (slice.getValue().isEmpty() && !none) {
                changes.add(Items.delete(slice.getKey()));
            } else {
                update(slice.getKey(), slice.getValue());
            }
            none = false;
        }
        while (!homeless.isEmpty() || none) {
            var fresh = new ArrayList<Endpoint>();
            fill(fresh, homeless);
            create(family, ports, fresh);
            none = false;
        }
    }

    /// All changes; slices that no pack took are dropped last.
    List<Item> items() {
        var items = new ArrayList<Item>(creations);
        items.addAll(changes);
        unused.stream()
                .filter(slice -> !Meta.deleting(slice.metadata()))
                .map(Items::delete)
                .forEach(items::add);
        return items;
    }

    private static void fill(List<Endpoint> slice, ArrayDeque<Endpoint> homeless) {
        while (slice.size() < ENDPOINTS_MAX && !homeless.isEmpty()) {
            slice.add(homeless.remove());
        }
    }

    private static ObjectReference reference(Endpoint endpoint) {
        @Nullable ObjectReference target = endpoint.targetRef();
        return target == null
                ? ObjectReference.builder()
                        .name(endpoint.addresses().toString())
                        .build()
                : target;
    }

    private void update(Row<EndpointSlice> slice, List<Endpoint> endpoints) {
        EndpointSlice then =
                slice.object().withMetadata(slice.metadata().withLabels(labels)).withEndpoints(endpoints);
        if (!then.equals(slice.object())) {
            changes.add(Items.update(slice, then));
        }
    }

    private void create(String family, List<EndpointPort> ports, List<Endpoint> endpoints) {
        String name = service.name();
        for (int ordinal = 0; name.equals(service.name()); ordinal++) {
            String next = Names.derived(service.name() + "-", service.uid(), service.revision() + "/" + ordinal);
            if (tables.get(Resource.ENDPOINT_SLICES, service.namespace(), next) == null && names.add(next)) {
                name = next;
            }
        }
        creations.add(Items.create(
                Resource.ENDPOINT_SLICES,
                EndpointSlice.builder()
                        .metadata(ObjectMeta.builder()
                                .name(name)
                                .generateName(service.name() + "-")
                                .namespace(service.namespace())
                                .labels(labels)
                                .ownerReferences(
                                        List.of(Meta.controllerReference(Resource.SERVICES, service.metadata())))
                                .build())
                        .addressType(family)
                        .ports(ports)
                        .endpoints(endpoints)
                        .build()));
    }

    private static Map<String, String> labels(Row<Service> service) {
        var labels = new TreeMap<>(service.metadata().labels());
        labels.put(EndpointSliceReconciler.SERVICE_NAME, service.name());
        labels.put(EndpointSliceReconciler.MANAGED_BY, EndpointSliceReconciler.MANAGER);
        if (Backends.headless(service.object())) {
            labels.put(Backends.HEADLESS_LABEL, "");
        } else {
            labels.remove(Backends.HEADLESS_LABEL);
        }
        return labels;
    }
}
