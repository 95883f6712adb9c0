package dev.shiplog.store.reconcile;

import dev.shiplog.core.v1.Pod;
import dev.shiplog.journal.Key;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.meta.v1.OwnerReference;
import dev.shiplog.schemas.Keys;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.Typed;
import dev.shiplog.store.Entry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The tables of a host: entries in key order with the indexes that reconcilers need, fed with changes in revision
/// order. A revision that is not newer than what is held, or than a deletion just seen, is ignored: feeds may repeat.
///
/// Not for several threads. Objects stay encoded; the cache holds those in use.
public final class LiveTables implements Tables {
    /// How many deletions are remembered, so that a repeated older value cannot bring an object back.
    static final int GONE_MAX = 10_000;

    /// What the indexes know of an entry, kept so that they can forget it again.
    private record Facts(
            Entry entry,
            String uid,
            List<String> owners,
            Map<String, String> labels,
            String node,
            @Nullable Instant changedAt) {}

    private record Label(Key table, String name, String value) {}

    private final ObjectCache cache;
    private final TreeMap<Key, Facts> rows = new TreeMap<>(Keys.ORDER);
    private final Map<String, NavigableSet<Key>> byOwner = new HashMap<>();
    private final Map<String, NavigableSet<Key>> byNode = new HashMap<>();
    private final Map<String, NavigableSet<Key>> byNamespace = new HashMap<>();
    private final Map<Label, NavigableSet<Key>> byLabel = new HashMap<>();
    private final Map<String, Key> byUid = new HashMap<>();
    private final EnumMap<StoreName, Long> revisions = new EnumMap<>(StoreName.class);
    private final EnumMap<StoreName, Instant> times = new EnumMap<>(StoreName.class);
    private final Map<Key, Long> gone = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Long> eldest) {
            return size() > GONE_MAX;
        }
    };

    private final Instant since;

    public LiveTables(ObjectCache cache, Instant since) {
        this.cache = cache;
        this.since = since;
    }

    @Override
    public Instant since() {
        return since;
    }

    @Override
    public Instant time(StoreName store) {
        return times.getOrDefault(store, since);
    }

    /// Notes that a journal's time has come this far.
    public void passed(StoreName store, Instant time) {
        times.merge(store, time, (a, b) -> a.isAfter(b) ? a : b);
    }

    /// Takes a new value. Null when it is not newer than what is held.
    ///
    /// @param changedAt journal time of the change, null when it is not known
    public @Nullable Changed put(StoreName store, Entry entry, UUID transaction, @Nullable Instant changedAt) {
        reached(store, entry.revision());
        @Nullable Facts held = rows.get(entry.key());
        long newest = held == null ? gone.getOrDefault(entry.key(), 0L) : held.entry.revision();
        if (newest >= entry.revision()) {
            return null;
        }
        @Nullable Typed before = held == null ? null : cache.row(held.entry).object();
        if (held != null) {
            forget(held);
        }
        Typed now = cache.row(entry).object();
        learn(facts(entry, now, changedAt));
        return new Changed(entry.key(), entry.revision(), transaction, before, now);
    }

    /// Takes a deletion. Null when the object was not there.
    public @Nullable Changed delete(StoreName store, Key key, long revision, UUID transaction) {
        reached(store, revision);
        @Nullable Facts held = rows.get(key);
        if (held == null || held.entry.revision() >= revision) {
            return null;
        }
        Typed before = cache.row(held.entry).object();
        forget(held);
        rows.remove(key);
        cache.forget(key);
        gone.put(key, revision);
        return new Changed(key, revision, transaction, before, null);
    }

    /// Takes a deletion whose revision was lost, while tables are restored in order.
    public @Nullable Changed restoreDeletion(Key key) {
        @Nullable Facts held = rows.get(key);
        return held == null ? null : delete(StoreName.MAIN, key, held.entry.revision() + 1, Changed.START);
    }

    /// Notes that a store has this revision, though it changed nothing here.
    public void reached(StoreName store, long revision) {
        revisions.merge(store, revision, Math::max);
    }

    /// Each row as a change from nothing: what concerns whom at the start.
    public List<Changed> everything() {
        var all = new ArrayList<Changed>(rows.size());
        rows.forEach((key, facts) -> all.add(new Changed(
                key,
                facts.entry.revision(),
                Changed.START,
                null,
                cache.row(facts.entry).object())));
        return all;
    }

    @Override
    public <T extends Typed> @Nullable Row<T> get(Resource<T> resource, String namespace, String name) {
        @Nullable Facts facts = rows.get(resource.key(namespace, name));
        return facts == null ? null : row(resource, facts);
    }

    @Override
    public @Nullable Row<?> get(Key key) {
        @Nullable Facts facts = rows.get(key);
        return facts == null ? null : cache.row(facts.entry);
    }

    @Override
    public <T extends Typed> List<Row<T>> list(Resource<T> resource, String namespace) {
        var list = new ArrayList<Row<T>>();
        table(resource, namespace).values().forEach(facts -> list.add(row(resource, facts)));
        return list;
    }

    @Override
    public <T extends Typed> List<Row<T>> owned(Resource<T> resource, String ownerUid) {
        return rowsOf(resource, byOwner.get(ownerUid));
    }

    @Override
    public <T extends Typed> List<Row<T>> labelled(Resource<T> resource, String namespace, Map<String, String> labels) {
        Key table = resource.key(namespace, "");
        @Nullable NavigableSet<Key> fewest = null;
        for (Map.Entry<String, String> label : labels.entrySet()) {
            @Nullable NavigableSet<Key> keys = byLabel.get(new Label(table, label.getKey(), label.getValue()));
            if (keys == null) {
                return List.of();
            }
            fewest = fewest == null || keys.size() < fewest.size() ? keys : fewest;
        }
        var found = new ArrayList<Row<T>>();
        for (Key key : fewest == null ? Collections.<Key>emptySet() : fewest) {
            Facts facts = held(key);
            if (facts.labels.entrySet().containsAll(labels.entrySet())) {
                found.add(row(resource, facts));
            }
        }
        return found;
    }

    @Override
    public Collection<Key> podsOn(String node) {
        return keysOf(byNode, node);
    }

    @Override
    public Collection<Key> dependents(String ownerUid) {
        return keysOf(byOwner, ownerUid);
    }

    @Override
    public @Nullable Key byUid(String uid) {
        return byUid.get(uid);
    }

    @Override
    public Collection<Key> in(String namespace) {
        return keysOf(byNamespace, namespace);
    }

    @Override
    public Collection<Key> keys(Resource<?> resource) {
        return Collections.unmodifiableSet(table(resource, "").keySet());
    }

    @Override
    public @Nullable Instant changedAt(Key key) {
        @Nullable Facts facts = rows.get(key);
        return facts == null ? null : facts.changedAt;
    }

    @Override
    public long revision(StoreName store) {
        return revisions.getOrDefault(store, 0L);
    }

    private SortedMap<Key, Facts> table(Resource<?> resource, String namespace) {
        if (namespace.isEmpty()) {
            return rows.subMap(resource.key("", ""), new Key(resource.group(), resource.plural() + '\0', "", ""));
        }
        return rows.subMap(resource.key(namespace, ""), resource.key(namespace + '\0', ""));
    }

    private static Collection<Key> keysOf(Map<String, NavigableSet<Key>> index, String of) {
        @Nullable NavigableSet<Key> keys = index.get(of);
        return keys == null ? List.of() : Collections.unmodifiableSet(keys);
    }

    private <T extends Typed> List<Row<T>> rowsOf(Resource<T> resource, @Nullable NavigableSet<Key> keys) {
        if (keys == null) {
            return List.of();
        }
        var list = new ArrayList<Row<T>>(keys.size());
        for (Key key : keys) {
            if (resource.has(key)) {
                list.add(row(resource, held(key)));
            }
        }
        return list;
    }

    private Facts held(Key key) {
        @Nullable Facts facts = rows.get(key);
        if (facts == null) {
            throw new AssertionError("an index names " + key + ", which no table has");
        }
        return facts;
    }

    private <T extends Typed> Row<T> row(Resource<T> resource, Facts facts) {
        Row<?> row = cache.row(facts.entry);
        return new Row<>(row.key(), row.revision(), resource.type().cast(row.object()));
    }

    private static Facts facts(Entry entry, Typed object, @Nullable Instant changedAt) {
        ObjectMeta metadata = Meta.of(object);
        List<String> owners = metadata.ownerReferences().stream()
                .map(OwnerReference::uid)
                .distinct()
                .toList();
        String node = object instanceof Pod pod ? pod.spec().nodeName() : "";
        return new Facts(entry, metadata.uid(), owners, metadata.labels(), node, changedAt);
    }

    private void learn(Facts facts) {
        Key key = facts.entry.key();
        rows.put(key, facts);
        if (!facts.uid.isEmpty()) {
            byUid.put(facts.uid, key);
        }
        facts.owners.forEach(owner -> add(byOwner, owner, key));
        facts.labels.forEach((name, value) -> add(byLabel, new Label(tableOf(key), name, value), key));
        if (!facts.node.isEmpty()) {
            add(byNode, facts.node, key);
        }
        if (!key.namespace().isEmpty()) {
            add(byNamespace, key.namespace(), key);
        }
    }

    private void forget(Facts facts) {
        Key key = facts.entry.key();
        byUid.remove(facts.uid, key);
        facts.owners.forEach(owner -> remove(byOwner, owner, key));
        facts.labels.forEach((name, value) -> remove(byLabel, new Label(tableOf(key), name, value), key));
        remove(byNode, facts.node, key);
        remove(byNamespace, key.namespace(), key);
    }

    private static Key tableOf(Key key) {
        return new Key(key.group(), key.resource(), key.namespace(), "");
    }

    private static <K> void add(Map<K, NavigableSet<Key>> index, K at, Key key) {
        index.computeIfAbsent(at, _ -> new TreeSet<>(Keys.ORDER)).add(key);
    }

    private static <K> void remove(Map<K, NavigableSet<Key>> index, K at, Key key) {
        index.computeIfPresent(at, (_, keys) -> keys.remove(key) && keys.isEmpty() ? null : keys);
    }
}
