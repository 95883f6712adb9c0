package dev.shiplog.controllers.garbage;

import dev.shiplog.controllers.OwnerPatch;
import dev.shiplog.journal.Item;
import dev.shiplog.journal.Key;
import dev.shiplog.meta.v1.DeleteOptions;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.meta.v1.OwnerReference;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.Typed;
import dev.shiplog.store.reconcile.Changed;
import dev.shiplog.store.reconcile.Decision;
import dev.shiplog.store.reconcile.Items;
import dev.shiplog.store.reconcile.Meta;
import dev.shiplog.store.reconcile.Reconciler;
import dev.shiplog.store.reconcile.Resource;
import dev.shiplog.store.reconcile.Row;
import dev.shiplog.store.reconcile.Tables;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Deletes what its owners left behind. Owners are known by uid: one that is not there, or is in another namespace, is
/// missing; an object goes when none of its owners is left. An owner that is deleted in the foreground waits for its
/// dependents; one that is deleted as an orphan lets them go first.
///
/// See kubernetes.io/docs/concepts/architecture/garbage-collection.
public final class GarbageReconciler implements Reconciler {
    static final String FOREGROUND = "foregroundDeletion";
    static final String ORPHAN = "orphan";

    /// Dependents handled in one transaction.
    static final int DEPENDENTS_MAX = 500;

    /// The two stores are followed apart: a dependent in one may be seen a moment before its owner in the other.
    static final Duration OTHER_STORE_GRACE = Duration.ofSeconds(30);

    private final Function<Key, StoreName> stores;

    public GarbageReconciler(Function<Key, StoreName> stores) {
        this.stores = stores;
    }

    @Override
    public String name() {
        return "generic-garbage-collector";
    }

    @Override
    public Set<Resource<?>> reads() {
        return Set.of();
    }

    @Override
    public void concerned(Changed changed, Tables tables, Consumer<Key> keys) {
        @Nullable Typed now = changed.now();
        @Nullable Typed before = changed.before();
        if (now != null) {
            ObjectMeta metadata = Meta.of(now);
            if (!metadata.ownerReferences().isEmpty() || waits(metadata)) {
                keys.accept(changed.key());
            }
            if (Meta.deleting(metadata)) {
                owners(metadata, tables, keys);
            }
        }
        if (before != null) {
            ObjectMeta metadata = Meta.of(before);
            if (now == null || !Meta.of(now).uid().equals(metadata.uid())) {
                tables.dependents(metadata.uid()).forEach(keys);
            }
            owners(metadata, tables, keys);
        }
    }

    /// Owners that may be waiting for this dependent.
    private static void owners(ObjectMeta metadata, Tables tables, Consumer<Key> keys) {
        for (OwnerReference reference : metadata.ownerReferences()) {
            @Nullable Key owner = tables.byUid(reference.uid());
            @Nullable Row<?> row = owner == null ? null : tables.get(owner);
            if (row != null && waits(row.metadata())) {
                keys.accept(row.key());
            }
        }
    }

    private static boolean waits(ObjectMeta metadata) {
        return Meta.deleting(metadata)
                && (metadata.finalizers().contains(FOREGROUND)
                        || metadata.finalizers().contains(ORPHAN));
    }

    @Override
    public Decision reconcile(Key key, Tables tables, Instant now) {
        @Nullable Row<?> row = tables.get(key);
        if (row == null) {
            return Decision.none();
        }
        ObjectMeta metadata = row.metadata();
        if (Meta.deleting(metadata)) {
            if (metadata.finalizers().contains(ORPHAN)) {
                return orphan(row, tables);
            }
            return metadata.finalizers().contains(FOREGROUND) ? foreground(row, tables) : Decision.none();
        }
        return metadata.ownerReferences().isEmpty() ? Decision.none() : dependent(row, tables, now);
    }

    private Decision orphan(Row<?> row, Tables tables) {
        List<Item> released = dependents(row, tables)
                .map(dependent -> Items.patch(
                        dependent,
                        OwnerPatch.json(dependent.metadata().ownerReferences().stream()
                                .filter(owner -> !owner.uid().equals(row.uid()))
                                .toList())))
                .limit(DEPENDENTS_MAX)
                .toList();
        return released.isEmpty() ? unblocked(row, ORPHAN) : Decision.prefixOf("orphan the dependents", released);
    }

    private Decision foreground(Row<?> row, Tables tables) {
        List<Row<?>> all = dependents(row, tables).<Row<?>>map(each -> each).toList();
        List<Item> deletions = all.stream()
                .filter(dependent -> !Meta.deleting(dependent.metadata()) && noOwnerStays(dependent, tables))
                .limit(DEPENDENTS_MAX)
                .map(dependent -> Items.delete(
                        dependent, policy(tables.dependents(dependent.uid()).isEmpty() ? "Background" : "Foreground")))
                .toList();
        if (!deletions.isEmpty()) {
            return Decision.prefixOf("delete the dependents first", deletions);
        }
        boolean blocked = all.stream()
                .filter(dependent -> noOwnerStays(dependent, tables) && !waitsFor(dependent, row, tables))
                .flatMap(dependent -> dependent.metadata().ownerReferences().stream())
                .anyMatch(owner -> owner.uid().equals(row.uid()) && Boolean.TRUE.equals(owner.blockOwnerDeletion()));
        return blocked ? Decision.none() : unblocked(row, FOREGROUND);
    }

    /// Whether the dependent, too, is leaving in the foreground and waits in a circle for its owner: then neither
    /// blocks.
    private static boolean waitsFor(Row<?> dependent, Row<?> owner, Tables tables) {
        var seen = new HashSet<Key>();
        var next = new ArrayDeque<Row<?>>(List.of(dependent));
        while (!next.isEmpty()) {
            Row<?> row = next.remove();
            if (row.key().equals(owner.key())) {
                return true;
            }
            if (seen.add(row.key()) && leavesInForeground(row)) {
                dependents(row, tables).forEach(next::add);
            }
        }
        return false;
    }

    /// Whether every owner is gone or itself waits for its dependents to go.
    private static boolean noOwnerStays(Row<?> dependent, Tables tables) {
        return dependent.metadata().ownerReferences().stream().allMatch(reference -> {
            @Nullable Row<?> owner = owner(dependent, reference, tables);
            return owner == null || leavesInForeground(owner);
        });
    }

    private static boolean leavesInForeground(Row<?> owner) {
        return Meta.deleting(owner.metadata()) && owner.metadata().finalizers().contains(FOREGROUND);
    }

    private static Decision unblocked(Row<?> row, String finalizer) {
        List<String> others = row.metadata().finalizers().stream()
                .filter(each -> !each.equals(finalizer))
                .toList();
        return Decision.of("nothing holds it any more", List.of(Items.patch(row, OwnerPatch.finalizers(others))));
    }

    private Decision dependent(Row<?> row, Tables tables, Instant now) {
        var staying = new ArrayList<OwnerReference>();
        boolean waitedFor = false;
        for (OwnerReference reference : row.metadata().ownerReferences()) {
            @Nullable Row<?> owner = owner(row, reference, tables);
            if (owner != null && leavesInForeground(owner)) {
                waitedFor |= Boolean.TRUE.equals(reference.blockOwnerDeletion());
            } else if (owner != null) {
                staying.add(reference);
            }
        }
        if (staying.size() == row.metadata().ownerReferences().size()) {
            return Decision.none();
        }
        @Nullable Duration wait = grace(row, tables, now);
        if (wait != null) {
            return Decision.later(wait);
        }
        if (!staying.isEmpty()) {
            return Decision.of("some owners are gone", List.of(Items.patch(row, OwnerPatch.json(staying))));
        }
        boolean owns = !tables.dependents(row.uid()).isEmpty();
        return Decision.of("no owner is left", List.of(Items.delete(row, policy(deletion(row, waitedFor && owns)))));
    }

    private static String deletion(Row<?> row, boolean inForeground) {
        List<String> finalizers = row.metadata().finalizers();
        if (finalizers.contains(ORPHAN)) {
            return "Orphan";
        }
        return inForeground || finalizers.contains(FOREGROUND) ? "Foreground" : "Background";
    }

    private static DeleteOptions policy(String propagation) {
        return DeleteOptions.builder().propagationPolicy(propagation).build();
    }

    /// How long a dependent whose owner seems to be missing is left alone; null when it is not.
    private @Nullable Duration grace(Row<?> row, Tables tables, Instant now) {
        if (stores.apply(row.key()) == StoreName.MAIN) {
            return null;
        }
        @Nullable Instant changed = tables.changedAt(row.key());
        @Nullable Instant since = changed == null ? row.metadata().creationTimestamp() : changed;
        if (since == null || !since.plus(OTHER_STORE_GRACE).isAfter(now)) {
            return null;
        }
        return Duration.between(now, since.plus(OTHER_STORE_GRACE));
    }

    private static Stream<? extends Row<?>> dependents(Row<?> owner, Tables tables) {
        return tables.dependents(owner.uid()).stream()
                .<Row<?>>mapMulti((key, to) -> {
                    @Nullable Row<?> row = tables.get(key);
                    if (row != null) {
                        to.accept(row);
                    }
                })
                .filter(row -> reaches(owner.key(), row.key()));
    }

    private static @Nullable Row<?> owner(Row<?> dependent, OwnerReference reference, Tables tables) {
        @Nullable Key owner = tables.byUid(reference.uid());
        return owner == null || !reaches(owner, dependent.key()) ? null : tables.get(owner);
    }

    /// A namespaced owner can own only within its namespace.
    private static boolean reaches(Key owner, Key dependent) {
        return owner.namespace().isEmpty() || owner.namespace().equals(dependent.namespace());
    }
}
