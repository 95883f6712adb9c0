package dev.shiplog.store.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shiplog.apps.v1.Deployment;
import dev.shiplog.apps.v1.ReplicaSet;
import dev.shiplog.core.v1.Binding;
import dev.shiplog.core.v1.Event;
import dev.shiplog.core.v1.Namespace;
import dev.shiplog.core.v1.Node;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodCondition;
import dev.shiplog.journal.Guard;
import dev.shiplog.journal.Item;
import dev.shiplog.journal.ItemOperation;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Request;
import dev.shiplog.meta.v1.DeleteOptions;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.meta.v1.OwnerReference;
import dev.shiplog.schemas.Binary;
import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.Codec;
import dev.shiplog.schemas.Keys;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.Typed;
import dev.shiplog.store.Entry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A cluster in memory: what the rule and the API server do to requests, as far as controllers can tell, with a log of
/// changes and answers in order. The clock is the test's.
public final class Lab {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// One line of the log: a change of a key, or the answer to a request.
    public record Line(
            StoreName store,
            long revision,
            UUID transaction,
            Key key,
            @Nullable Entry entry,
            @Nullable Answer answer,
            Instant at) {}

    private final Codec codec = new Codec(Catalog.builtIn());
    private final TreeMap<Key, Entry> entries = new TreeMap<>(Keys.ORDER);
    private final EnumMap<StoreName, Long> revisions = new EnumMap<>(StoreName.class);
    private final List<Line> log = new ArrayList<>();
    private final Map<UUID, Request> accepted = new LinkedHashMap<>();
    private final List<Request> appended = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long uids;
    private Function<Request, @Nullable String> policy = _ -> null;

    /// Thrown within admission: the transaction is not appended as wanted.
    private static final class Stopped extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Answer answer;

        Stopped(Answer answer) {
            this.answer = answer;
        }
    }

    public Instant now() {
        return now;
    }

    public void pass(Duration time) {
        now = now.plus(time);
    }

    /// From now on requests are forbidden for which this gives a message.
    public void forbid(Function<Request, @Nullable String> messages) {
        policy = messages;
    }

    public Codec codec() {
        return codec;
    }

    public List<Line> log() {
        return log;
    }

    /// Every request that took effect, in order.
    public List<Request> accepted() {
        return List.copyOf(accepted.values());
    }

    /// Every request that reached the API, repetitions included.
    public List<Request> appended() {
        return appended;
    }

    public StoreName storeOf(Key key) {
        return Resource.EVENTS.has(key) || Resource.LEASES.has(key) ? StoreName.EPHEMERAL : StoreName.MAIN;
    }

    public long revision(StoreName store) {
        return revisions.getOrDefault(store, 0L);
    }

    public <T extends Typed> @Nullable T get(Resource<T> resource, String namespace, String name) {
        @Nullable Entry entry = entries.get(resource.key(namespace, name));
        return entry == null ? null : resource.type().cast(decode(entry));
    }

    public <T extends Typed> T need(Resource<T> resource, String namespace, String name) {
        @Nullable T found = get(resource, namespace, name);
        if (found == null) {
            throw new AssertionError("no " + resource.kind() + " " + namespace + "/" + name);
        }
        return found;
    }

    public <T extends Typed> List<T> all(Resource<T> resource) {
        var all = new ArrayList<T>();
        entries.forEach((key, entry) -> {
            if (resource.has(key)) {
                all.add(resource.type().cast(decode(entry)));
            }
        });
        return all;
    }

    public Typed decode(Entry entry) {
        return codec.decode(entry.schema(), entry.value());
    }

    /// Creates as a user does.
    public <T extends Typed> T create(Resource<T> resource, T object) {
        ObjectMeta metadata = Meta.of(object);
        write(new UUID(1, log.size()), resource.key(metadata.namespace(), metadata.name()), born(object));
        return need(resource, metadata.namespace(), metadata.name());
    }

    /// Updates spec and metadata as a user does.
    public <T extends Typed> void update(Resource<T> resource, T object) {
        ObjectMeta metadata = Meta.of(object);
        Key key = resource.key(metadata.namespace(), metadata.name());
        Typed before = need(resource, metadata.namespace(), metadata.name());
        replace(new UUID(2, log.size()), key, before, object, "");
    }

    public <T extends Typed> void status(Resource<T> resource, T object) {
        ObjectMeta metadata = Meta.of(object);
        Key key = resource.key(metadata.namespace(), metadata.name());
        Typed before = need(resource, metadata.namespace(), metadata.name());
        replace(new UUID(3, log.size()), key, before, object, "status");
    }

    public void delete(Resource<?> resource, String namespace, String name) {
        delete(resource, namespace, name, DeleteOptions.EMPTY);
    }

    public void delete(Resource<?> resource, String namespace, String name, DeleteOptions options) {
        Key key = resource.key(namespace, name);
        @Nullable Entry entry = entries.get(key);
        if (entry != null) {
            delete(new UUID(4, log.size()), key, decode(entry), options);
        }
    }

    /// Takes a pod away for good, as an agent does when its containers have stopped.
    public void confirm(String namespace, String name) {
        remove(new UUID(5, log.size()), Resource.PODS.key(namespace, name));
    }

    /// What the API server does with a request: admission, then one transaction, then the answer.
    public Answer apply(Request request) {
        appended.add(request);
        Answer answer;
        try {
            check(request);
            for (Item item : request.items()) {
                admit(request.id(), item);
            }
            accepted.put(request.id(), request);
            StoreName store = storeOf(request.items().getFirst().target());
            answer = new Answer.Accepted(request.id(), revision(store));
        } catch (Stopped e) {
            answer = e.answer;
        }
        log.add(new Line(StoreName.MAIN, 0, request.id(), Key.EMPTY, null, answer, now));
        return answer;
    }

    private void check(Request request) throws Stopped {
        if (request.tenure() != null && revisionOf(request.tenure()) != request.tenureRevision()) {
            throw conflict(request, request.tenure());
        }
        for (Guard guard : request.guards()) {
            boolean holds = switch (guard.condition()) {
                case ABSENT -> revisionOf(guard.key()) == 0;
                case PRESENT -> revisionOf(guard.key()) != 0;
                case AT -> revisionOf(guard.key()) == guard.revision();
            };
            if (!holds) {
                throw conflict(request, guard.key());
            }
        }
        @Nullable String forbidden = policy.apply(request);
        if (forbidden != null) {
            throw new Stopped(new Answer.Refused(request.id(), 403, "Forbidden", forbidden));
        }
        for (Item item : request.items()) {
            if (item.expect() != null && revisionOf(item.target()) != item.expect()) {
                throw conflict(request, item.target());
            }
            @Nullable Row<?> namespace = namespaceOf(item.target());
            if (item.operation() == ItemOperation.CREATE
                    && "".equals(text(item.subresource()))
                    && namespace != null
                    && Meta.deleting(namespace.metadata())
                    && storeOf(item.target()) == StoreName.MAIN) {
                throw new Stopped(new Answer.Refused(request.id(), 403, "Forbidden", "the namespace is terminating"));
            }
        }
    }

    private @Nullable Row<?> namespaceOf(Key key) {
        Key namespace = Resource.NAMESPACES.key("", key.namespace());
        @Nullable Entry entry = entries.get(namespace);
        return entry == null ? null : new Row<>(namespace, entry.revision(), decode(entry));
    }

    private long revisionOf(Key key) {
        @Nullable Entry entry = entries.get(key);
        return entry == null ? 0 : entry.revision();
    }

    private static Stopped conflict(Request request, Key key) {
        return new Stopped(new Answer.Conflict(request.id(), key, 0));
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    private void admit(UUID id, Item item) {
        Key key = item.target();
        if (Keys.isInternal(key)) {
            put(id, key, new Entry(key, 0, 0, new byte[0]));
            return;
        }
        @Nullable Entry held = entries.get(key);
        switch (item.operation()) {
            case CREATE -> {
                if (held != null && item.value() != null) {
                    Binding binding = Binary.decode(Binding.TYPE, item.value());
                    Pod pod = (Pod) decode(held);
                    if (!pod.spec().nodeName().isEmpty()) {
                        throw new AssertionError("bound twice: " + key);
                    }
                    var bound = pod.withSpec(
                                    pod.spec().withNodeName(binding.target().name()))
                            .withStatus(pod.status()
                                    .withConditions(List.of(PodCondition.builder()
                                            .type("PodScheduled")
                                            .status("True")
                                            .lastTransitionTime(now)
                                            .build())));
                    write(id, key, bound);
                } else {
                    write(id, key, born(value(item)));
                }
            }
            case UPDATE -> replace(id, key, decode(existing(held, key)), value(item), text(item.subresource()));
            case PATCH -> patch(id, key, decode(existing(held, key)), item);
            case DELETE ->
                delete(
                        id,
                        key,
                        decode(existing(held, key)),
                        item.value() == null ? DeleteOptions.EMPTY : Binary.decode(DeleteOptions.TYPE, item.value()));
            case APPLY -> throw new AssertionError("controllers do not apply");
        }
    }

    private static Entry existing(@Nullable Entry entry, Key key) {
        if (entry == null) {
            throw new AssertionError("not there: " + key);
        }
        return entry;
    }

    private Typed value(Item item) {
        if (item.schema() == null || item.value() == null) {
            throw new AssertionError("no value for " + item.target());
        }
        return codec.decode(item.schema(), item.value());
    }

    private Typed born(Typed object) {
        var metadata = Meta.of(object).toBuilder()
                .uid("uid-" + ++uids)
                .creationTimestamp(now)
                .generation(1)
                .build();
        Typed born = Meta.with(object, metadata);
        return born instanceof Pod pod && pod.status().phase().isEmpty()
                ? pod.withStatus(pod.status().withPhase("Pending"))
                : born;
    }

    /// Status and the rest are written apart; a change of spec is a new generation; the last finalizer lets go.
    private void replace(UUID id, Key key, Typed before, Typed wanted, String part) {
        ObjectMeta was = Meta.of(before);
        Typed then = wanted;
        if (part.equals("status")) {
            then = switch (before) {
                case Deployment d ->
                    d.withMetadata(was.withAnnotations(Meta.of(wanted).annotations()))
                            .withStatus(((Deployment) wanted).status());
                case ReplicaSet set -> set.withStatus(((ReplicaSet) wanted).status());
                case Pod pod -> pod.withStatus(((Pod) wanted).status());
                case Node node -> node.withStatus(((Node) wanted).status());
                case Namespace namespace -> namespace.withStatus(((Namespace) wanted).status());
                default -> throw new AssertionError("no status: " + key);
            };
        } else if (part.equals("finalize")) {
            then = ((Namespace) before).withSpec(((Namespace) wanted).spec());
        } else {
            then = switch (before) {
                case Deployment d -> ((Deployment) wanted).withStatus(d.status());
                case ReplicaSet set -> ((ReplicaSet) wanted).withStatus(set.status());
                case Pod pod -> ((Pod) wanted).withStatus(pod.status());
                case Node node -> ((Node) wanted).withStatus(node.status());
                default -> wanted;
            };
            ObjectMeta metadata = Meta.of(then).toBuilder()
                    .uid(was.uid())
                    .creationTimestamp(was.creationTimestamp())
                    .deletionTimestamp(was.deletionTimestamp())
                    .generation(spec(before, then) ? was.generation() : was.generation() + 1)
                    .build();
            then = Meta.with(then, metadata);
        }
        if (then.equals(before)) {
            return;
        }
        boolean held = !Meta.of(then).finalizers().isEmpty()
                || (then instanceof Namespace namespace
                        && !namespace.spec().finalizers().isEmpty())
                || then instanceof Pod;
        if (Meta.deleting(was) && !held) {
            remove(id, key);
        } else {
            write(id, key, then);
        }
    }

    private static boolean spec(Typed before, Typed then) {
        return switch (before) {
            case Deployment d -> d.spec().equals(((Deployment) then).spec());
            case ReplicaSet set -> set.spec().equals(((ReplicaSet) then).spec());
            default -> true;
        };
    }

    private void patch(UUID id, Key key, Typed before, Item item) {
        try {
            JsonNode patch = JSON.readTree(
                            new String(java.util.Objects.requireNonNull(item.value()), StandardCharsets.UTF_8))
                    .path("metadata");
            ObjectMeta metadata = Meta.of(before);
            if (patch.has("finalizers")) {
                var finalizers = new ArrayList<String>();
                patch.path("finalizers").forEach(each -> finalizers.add(each.asText()));
                metadata = metadata.withFinalizers(finalizers);
            }
            if (patch.has("ownerReferences")) {
                var owners = new ArrayList<OwnerReference>();
                patch.path("ownerReferences")
                        .forEach(each -> owners.add(OwnerReference.builder()
                                .apiVersion(each.path("apiVersion").asText())
                                .kind(each.path("kind").asText())
                                .name(each.path("name").asText())
                                .uid(each.path("uid").asText())
                                .controller(
                                        each.has("controller")
                                                ? each.path("controller").asBoolean()
                                                : null)
                                .blockOwnerDeletion(
                                        each.has("blockOwnerDeletion")
                                                ? each.path("blockOwnerDeletion")
                                                        .asBoolean()
                                                : null)
                                .build()));
                metadata = metadata.withOwnerReferences(owners);
            }
            replace(id, key, before, Meta.with(before, metadata), "");
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    private void delete(UUID id, Key key, Typed object, DeleteOptions options) {
        ObjectMeta metadata = Meta.of(object);
        var finalizers = new ArrayList<>(metadata.finalizers());
        String policy = text(options.propagationPolicy());
        if (policy.equals("Foreground") && !finalizers.contains("foregroundDeletion")) {
            finalizers.add("foregroundDeletion");
        } else if (policy.equals("Orphan") && !finalizers.contains("orphan")) {
            finalizers.add("orphan");
        }
        @Nullable Long grace = options.gracePeriodSeconds();
        boolean graceful = object instanceof Pod pod
                && !pod.spec().nodeName().isEmpty()
                && !pod.status().phase().equals("Succeeded")
                && !pod.status().phase().equals("Failed")
                && (grace == null || grace > 0);
        if (!graceful && finalizers.isEmpty() && !(object instanceof Namespace)) {
            remove(id, key);
        } else if (!Meta.deleting(metadata)) {
            var deleting = metadata.toBuilder()
                    .deletionTimestamp(now)
                    .finalizers(finalizers)
                    .generation(metadata.generation() + 1)
                    .build();
            write(id, key, Meta.with(object, deleting));
        }
    }

    private void write(UUID id, Key key, Typed object) {
        put(id, key, new Entry(key, 0, object.recordType().fingerprint(), Binary.encode(object)));
    }

    private void put(UUID id, Key key, Entry value) {
        StoreName store = storeOf(key);
        long revision = revisions.merge(store, 1L, Long::sum);
        var entry = new Entry(key, revision, value.schema(), value.value());
        entries.put(key, entry);
        log.add(new Line(store, revision, id, key, entry, null, now));
    }

    private void remove(UUID id, Key key) {
        if (entries.remove(key) != null) {
            StoreName store = storeOf(key);
            long revision = revisions.merge(store, 1L, Long::sum);
            log.add(new Line(store, revision, id, key, null, null, now));
        }
    }

    /// The messages of all Events, for assertions.
    public List<String> events() {
        return all(Resource.EVENTS).stream()
                .map(event -> event.reason() + ": " + event.message())
                .toList();
    }

    public List<Event> eventObjects() {
        return all(Resource.EVENTS);
    }
}
