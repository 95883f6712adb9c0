package dev.shiplog.store.reconcile;

import dev.shiplog.journal.Key;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.Typed;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a reconciler reads: one exact cut of the objects it is responsible for. Lists are in key order.
public interface Tables {

    <T extends Typed> @Nullable Row<T> get(Resource<T> resource, String namespace, String name);

    /// Any object, of a kind that need not be known here.
    @Nullable
    Row<?> get(Key key);

    /// All rows of a table in a namespace; an empty namespace means all.
    <T extends Typed> List<Row<T>> list(Resource<T> resource, String namespace);

    /// The rows that name this uid among their owners.
    <T extends Typed> List<Row<T>> owned(Resource<T> resource, String ownerUid);

    /// The rows of a namespace that carry all these labels; none when no label is given.
    <T extends Typed> List<Row<T>> labelled(Resource<T> resource, String namespace, Map<String, String> labels);

    /// Keys of pods that are bound to a node.
    Collection<Key> podsOn(String node);

    /// Keys of the objects of any kind that name this uid among their owners.
    Collection<Key> dependents(String ownerUid);

    /// The object with this uid, of any kind.
    @Nullable
    Key byUid(String uid);

    /// Keys of everything in a namespace.
    Collection<Key> in(String namespace);

    /// Keys of all objects that have this prefix of group and resource.
    Collection<Key> keys(Resource<?> resource);

    /// Journal time of the last change of this key; for what was there at the start, null.
    @Nullable
    Instant changedAt(Key key);

    /// When these tables began to follow: of what was there before, no change is dated earlier.
    Instant since();

    /// Journal time of a store as far as these tables are; [#since()] at the start. Ages by journal time are measured
    /// against it, so tables that lag take nothing for older than it is.
    Instant time(StoreName store);

    /// How far the tables are.
    long revision(StoreName store);
}
