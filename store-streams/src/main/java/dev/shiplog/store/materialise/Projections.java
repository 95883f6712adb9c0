package dev.shiplog.store.materialise;

import dev.shiplog.core.v1.Node;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.Service;
import dev.shiplog.discovery_k8s_io.v1.EndpointSlice;
import dev.shiplog.journal.Assignment;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Route;
import dev.shiplog.schemas.Binary;
import dev.shiplog.schemas.Codec;
import dev.shiplog.schemas.RecordType;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.Typed;
import dev.shiplog.schemas.project.Assignments;
import dev.shiplog.schemas.project.Routes;
import dev.shiplog.store.Change;
import dev.shiplog.store.Entry;
import dev.shiplog.store.Snapshot;
import dev.shiplog.store.kafka.Partitions;
import dev.shiplog.store.kafka.Topics;
import dev.shiplog.store.materialise.Output.Payload;
import dev.shiplog.store.materialise.Output.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// Makes the outputs for nodes and proxies. It keeps the tables that these take, as of the record it has
/// reached, so that what it puts out depends on the journal alone and not on when it is put out.
final class Projections {
    private static final Target ASSIGNMENTS = new Target.Fixed(Topics.ASSIGNMENTS);
    private static final Target ROUTES = new Target.Fixed(Topics.ROUTES);
    private static final Schema ASSIGNMENT_SCHEMA = stripped(Assignment.TYPE);
    private static final Schema ROUTE_SCHEMA = stripped(Route.TYPE);
    private static final String SERVICE_LABEL = "kubernetes.io/service-name";
    private static final int ASSIGNMENT_PARTITIONS = 4;

    private final StoreName store;
    private final Codec codec;

    private final Map<String, Entry> nodes = new HashMap<>();
    private final Map<String, Map<Key, Entry>> podsByNode = new HashMap<>();
    private final Map<String, Entry> services = new HashMap<>();
    private final Map<String, Map<Key, Entry>> slicesByService = new HashMap<>();

    Projections(StoreName store, Codec codec) {
        this.store = store;
        this.codec = codec;
    }

    private static Schema stripped(RecordType<?> type) {
        return new Schema.Parser().parse(type.strippedText());
    }

    /// Takes in the tables of a state, and puts out nothing.
    void load(Snapshot snapshot) {
        nodes.clear();
        podsByNode.clear();
        services.clear();
        slicesByService.clear();
        snapshot.list("", "nodes", "").forEach(entry -> nodes.put(entry.key().name(), entry));
        snapshot.list("", "pods", "").forEach(this::putPod);
        snapshot.list("", "services", "").forEach(entry -> services.put(id(entry.key()), entry));
        snapshot.list("discovery.k8s.io", "endpointslices", "").forEach(this::putSlice);
    }

    /// What one accepted mutation puts out.
    List<Output> changed(Change change) {
        return switch (resource(change.key())) {
            case "/pods" -> podChanged(change.before(), change.now(), change.revision());
            case "/nodes" -> nodeChanged(change.key().name(), change.now(), change.revision());
            case "/services" -> serviceChanged(change.key(), change.now(), change.revision());
            case "discovery.k8s.io/endpointslices" -> sliceChanged(change.before(), change.now(), change.revision());
            default -> List.of();
        };
    }

    private static String resource(Key key) {
        return key.group() + "/" + key.resource();
    }

    /// Everything that a state puts out, tombstones aside; for an audit of these topics.
    List<Output> all() {
        List<Output> all = new ArrayList<>();
        podsByNode.values().forEach(pods -> pods.values().forEach(pod -> all.add(assignment(pod, pod.revision()))));
        for (Map.Entry<String, Entry> service : services.entrySet()) {
            Output route = route(service.getKey(), service.getValue().revision());
            if (route.payload() != null) {
                all.add(route);
            }
        }
        return all;
    }

    private List<Output> podChanged(@Nullable Entry before, @Nullable Entry now, long revision) {
        List<Output> outputs = new ArrayList<>(2);
        String keyBefore = before == null ? "" : removePod(before);
        String keyNow = now == null ? "" : putPod(now);
        if (!keyBefore.isEmpty() && !keyBefore.equals(keyNow)) {
            outputs.add(tombstone(ASSIGNMENTS, assignmentPartition(keyBefore), keyBefore, revision));
        }
        if (now != null && !keyNow.isEmpty()) {
            outputs.add(assignment(now, revision));
        }
        return outputs;
    }

    /// A node that comes again is another node: what it must run names it anew.
    private List<Output> nodeChanged(String name, @Nullable Entry now, long revision) {
        Entry before = now == null ? nodes.remove(name) : nodes.put(name, now);
        if (uid(before).equals(uid(now))) {
            return List.of();
        }
        return podsByNode.getOrDefault(name, Map.of()).values().stream()
                .map(pod -> assignment(pod, revision))
                .toList();
    }

    private String uid(@Nullable Entry node) {
        return node == null ? "" : codec.metadata(node.schema(), node.value()).uid();
    }

    private List<Output> serviceChanged(Key key, @Nullable Entry now, long revision) {
        String service = id(key);
        if (now == null) {
            services.remove(service);
        } else {
            services.put(service, now);
        }
        return List.of(route(service, revision));
    }

    private List<Output> sliceChanged(@Nullable Entry before, @Nullable Entry now, long revision) {
        String serviceBefore = before == null ? "" : removeSlice(before);
        String serviceNow = now == null ? "" : putSlice(now);
        List<Output> outputs = new ArrayList<>(2);
        if (!serviceBefore.isEmpty() && !serviceBefore.equals(serviceNow) && services.containsKey(serviceBefore)) {
            outputs.add(route(serviceBefore, revision));
        }
        if (!serviceNow.isEmpty() && services.containsKey(serviceNow)) {
            outputs.add(route(serviceNow, revision));
        }
        return outputs;
    }

    /// @return the key of its assignment, empty when the pod has no node
    private String putPod(Entry entry) {
        Pod pod = decode(entry, Pod.class);
        if (pod.spec().nodeName().isEmpty()) {
            return "";
        }
        podsByNode.computeIfAbsent(pod.spec().nodeName(), _ -> new HashMap<>()).put(entry.key(), entry);
        return assignmentKey(pod);
    }

    private static String assignmentKey(Pod pod) {
        return pod.spec().nodeName().isEmpty() ? "" : Assignments.key(pod);
    }

    private String removePod(Entry entry) {
        Pod pod = decode(entry, Pod.class);
        Map<Key, Entry> pods = podsByNode.get(pod.spec().nodeName());
        if (pods == null) {
            return "";
        }
        pods.remove(entry.key());
        if (pods.isEmpty()) {
            podsByNode.remove(pod.spec().nodeName());
        }
        return assignmentKey(pod);
    }

    private String putSlice(Entry entry) {
        String service = serviceOf(entry);
        if (!service.isEmpty()) {
            slicesByService
                    .computeIfAbsent(service, _ -> new TreeMap<>(dev.shiplog.schemas.Keys.ORDER))
                    .put(entry.key(), entry);
        }
        return service;
    }

    private String removeSlice(Entry entry) {
        String service = serviceOf(entry);
        Map<Key, Entry> slices = slicesByService.get(service);
        if (slices != null) {
            slices.remove(entry.key());
            if (slices.isEmpty()) {
                slicesByService.remove(service);
            }
        }
        return service;
    }

    private String serviceOf(Entry slice) {
        String name = codec.metadata(slice.schema(), slice.value()).labels().getOrDefault(SERVICE_LABEL, "");
        return name.isEmpty() ? "" : slice.key().namespace() + "/" + name;
    }

    private Output assignment(Entry entry, long revision) {
        Pod pod = decode(entry, Pod.class);
        Entry node = nodes.get(pod.spec().nodeName());
        Assignment assignment = Assignments.of(pod, entry.revision(), node == null ? null : decode(node, Node.class));
        String key = Assignments.key(pod);
        Payload payload =
                assignment == null ? null : payload(Topics.ASSIGNMENTS, Assignment.TYPE, ASSIGNMENT_SCHEMA, assignment);
        return new Output(ASSIGNMENTS, assignmentPartition(key), key, payload, headers(revision));
    }

    private Output route(String service, long revision) {
        Entry entry = services.get(service);
        Route route = entry == null ? null : Routes.of(decode(entry, Service.class), slices(service));
        Payload payload = route == null ? null : payload(Topics.ROUTES, Route.TYPE, ROUTE_SCHEMA, route);
        return new Output(ROUTES, 0, service, payload, headers(revision));
    }

    private List<EndpointSlice> slices(String service) {
        return slicesByService.getOrDefault(service, Map.of()).values().stream()
                .map(entry -> decode(entry, EndpointSlice.class))
                .toList();
    }

    private <T extends Typed> T decode(Entry entry, Class<T> type) {
        return codec.decode(entry.schema(), entry.value(), type);
    }

    private static Payload payload(String topic, RecordType<?> type, Schema schema, Typed value) {
        return new Payload(topic + "-value", type.fingerprint(), schema, Binary.encode(value));
    }

    private Output tombstone(Target target, int partition, String key, long revision) {
        return new Output(target, partition, key, null, headers(revision));
    }

    private List<Output.Header> headers(long revision) {
        return new Headers(store).put(Headers.REVISION, revision).build();
    }

    /// By node: a node's pods are in one partition, in order.
    private static int assignmentPartition(String key) {
        return Partitions.of(key.substring(0, key.indexOf('/')), ASSIGNMENT_PARTITIONS);
    }

    private static String id(Key key) {
        return key.namespace() + "/" + key.name();
    }
}
