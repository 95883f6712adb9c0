package dev.shiplog.controllers.workload;

import dev.shiplog.apps.v1.ReplicaSet;
import dev.shiplog.apps.v1.ReplicaSetCondition;
import dev.shiplog.apps.v1.ReplicaSetStatus;
import dev.shiplog.controllers.Pods;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodTemplateSpec;
import dev.shiplog.journal.Condition;
import dev.shiplog.journal.Guard;
import dev.shiplog.journal.Item;
import dev.shiplog.journal.ItemOperation;
import dev.shiplog.journal.Key;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.meta.v1.OwnerReference;
import dev.shiplog.schemas.Typed;
import dev.shiplog.schemas.select.Selector;
import dev.shiplog.store.reconcile.Changed;
import dev.shiplog.store.reconcile.Decision;
import dev.shiplog.store.reconcile.Items;
import dev.shiplog.store.reconcile.Meta;
import dev.shiplog.store.reconcile.Names;
import dev.shiplog.store.reconcile.Note;
import dev.shiplog.store.reconcile.Reconciler;
import dev.shiplog.store.reconcile.Refusal;
import dev.shiplog.store.reconcile.Resource;
import dev.shiplog.store.reconcile.Row;
import dev.shiplog.store.reconcile.Tables;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Keeps as many pods of a template as its ReplicaSet says.
///
/// See kubernetes.io/docs/concepts/workloads/controllers/replicaset.
public final class ReplicaSetReconciler implements Reconciler {
    /// Pods created or deleted in one transaction.
    static final int BURST_MAX = 500;

    static final String FAILURE = "ReplicaFailure";

    @Override
    public String name() {
        return "replicaset-controller";
    }

    @Override
    public Set<Resource<?>> reads() {
        return Set.of(Resource.REPLICA_SETS, Resource.PODS);
    }

    @Override
    public void concerned(Changed changed, Tables tables, Consumer<Key> keys) {
        if (Resource.REPLICA_SETS.has(changed.key())) {
            keys.accept(changed.key());
        } else if (Resource.PODS.has(changed.key())) {
            owners(changed.before(), tables, keys);
            owners(changed.now(), tables, keys);
        }
    }

    private static void owners(@Nullable Typed object, Tables tables, Consumer<Key> keys) {
        if (object == null) {
            return;
        }
        ObjectMeta metadata = Meta.of(object);
        @Nullable OwnerReference owner = Meta.controller(metadata);
        if (owner != null) {
            if (owner.kind().equals(Resource.REPLICA_SETS.kind())) {
                keys.accept(Resource.REPLICA_SETS.key(metadata.namespace(), owner.name()));
            }
            return;
        }
        for (Row<ReplicaSet> set : tables.list(Resource.REPLICA_SETS, metadata.namespace())) {
            if (Selector.of(set.object().spec().selector()).matches(metadata.labels())) {
                keys.accept(set.key());
            }
        }
    }

    @Override
    public Decision reconcile(Key key, Tables tables, Instant now) {
        @Nullable Row<ReplicaSet> row = tables.get(Resource.REPLICA_SETS, key.namespace(), key.name());
        if (row == null) {
            return Decision.none();
        }
        ReplicaSet set = row.object();
        var claims =
                Claims.of(Resource.PODS, Resource.REPLICA_SETS, row, set.spec().selector(), tables);
        if (!claims.patches().isEmpty()) {
            return Decision.prefixOf("adopt and release pods", limited(claims.patches()))
                    .guarded(List.of(unchanged(row)));
        }
        List<Row<Pod>> active =
                claims.owned().stream().filter(pod -> Pods.active(pod.object())).toList();
        int surplus = active.size() - replicas(set);
        if (!Meta.deleting(set.metadata()) && surplus < 0) {
            return create(row, claims.owned(), Math.min(-surplus, BURST_MAX), tables, now);
        }
        if (!Meta.deleting(set.metadata()) && surplus > 0) {
            return delete(row, active, Math.min(surplus, BURST_MAX), tables, now);
        }
        ReplicaSetStatus status = status(set, claims.owned(), now).withConditions(withoutFailure(set));
        var decision = status.equals(set.status())
                ? Decision.none()
                : Decision.of("report status", List.of(Items.update(row, set.withStatus(status), "status")));
        return decision.again(nextAvailable(set, active, now));
    }

    /// Says in the status that pods could not be created or deleted. It is taken back by what next succeeds.
    @Override
    public Decision refused(Key key, Refusal refusal, Tables tables, Instant now) {
        @Nullable Row<ReplicaSet> row = tables.get(Resource.REPLICA_SETS, key.namespace(), key.name());
        boolean creates = refusal.of(ItemOperation.CREATE, Resource.PODS);
        boolean deletes = refusal.of(ItemOperation.DELETE, Resource.PODS);
        if (row == null || !(creates || deletes) || failure(row.object()) != null) {
            return Decision.none();
        }
        ReplicaSet set = row.object();
        var conditions = new ArrayList<>(set.status().conditions());
        conditions.add(ReplicaSetCondition.builder()
                .type(FAILURE)
                .status("True")
                .reason(creates ? "FailedCreate" : "FailedDelete")
                .message(refusal.message())
                .lastTransitionTime(now)
                .build());
        var then = set.withStatus(set.status().withConditions(conditions));
        return Decision.of("tell of the failure", List.of(Items.update(row, then, "status")));
    }

    /// Why the set lacks or keeps pods against its will; null when nothing failed.
    static @Nullable ReplicaSetCondition failure(ReplicaSet set) {
        return set.status().conditions().stream()
                .filter(condition -> condition.type().equals(FAILURE))
                .findFirst()
                .orElse(null);
    }

    private static List<ReplicaSetCondition> withoutFailure(ReplicaSet set) {
        return set.status().conditions().stream()
                .filter(condition -> !condition.type().equals(FAILURE))
                .toList();
    }

    static int replicas(ReplicaSet set) {
        return Objects.requireNonNullElse(set.spec().replicas(), 1);
    }

    /// The pods together with the status that counts them: the ReplicaSet is rewritten in the transaction that creates
    /// them, so a repetition of the request cannot pass, and names made of its revision are never used twice. Where
    /// that would change nothing, because the status is behind, the status comes first.
    private static Decision create(Row<ReplicaSet> row, List<Row<Pod>> owned, int count, Tables tables, Instant now) {
        ReplicaSet set = row.object();
        ReplicaSetStatus status = status(set, owned, now);
        var after = status.withReplicas(status.replicas() + count)
                .withFullyLabeledReplicas(status.fullyLabeledReplicas() + count)
                .withConditions(withoutFailure(set));
        if (after.equals(set.status())) {
            return Decision.of("report status", List.of(Items.update(row, set.withStatus(status), "status")));
        }
        var items = new ArrayList<Item>();
        var notes = new ArrayList<Note>();
        items.add(Items.update(row, set.withStatus(after), "status"));
        var taken = new HashSet<String>();
        for (int i = 0; taken.size() < count; i++) {
            String name = Names.derived(row.name() + "-", row.uid(), row.revision() + "/" + i);
            if (tables.get(Resource.PODS, row.namespace(), name) == null && taken.add(name)) {
                items.add(Items.create(Resource.PODS, pod(row, name)));
                notes.add(Note.normal(Resource.REPLICA_SETS, row, "SuccessfulCreate", "Created pod: " + name, name));
            }
        }
        return Decision.of("create " + count + " pods", items).noting(notes);
    }

    private static Pod pod(Row<ReplicaSet> owner, String name) {
        PodTemplateSpec template = owner.object().spec().template();
        return Pod.builder()
                .metadata(ObjectMeta.builder()
                        .name(name)
                        .generateName(owner.name() + "-")
                        .namespace(owner.namespace())
                        .labels(template.metadata().labels())
                        .annotations(template.metadata().annotations())
                        .finalizers(template.metadata().finalizers())
                        .ownerReferences(List.of(Meta.controllerReference(Resource.REPLICA_SETS, owner.metadata())))
                        .build())
                .spec(template.spec())
                .build();
    }

    private static Decision delete(Row<ReplicaSet> row, List<Row<Pod>> active, int count, Tables tables, Instant now) {
        List<Row<Pod>> losing =
                CheapestToLose.sorted(active, related(row, active, tables), now).subList(0, count);
        var items = losing.stream().map(Items::delete).toList();
        var notes = losing.stream()
                .map(pod -> Note.normal(
                        Resource.REPLICA_SETS, row, "SuccessfulDelete", "Deleted pod: " + pod.name(), pod.uid()))
                .toList();
        return Decision.prefixOf("delete " + count + " pods", items)
                .guarded(List.of(unchanged(row)))
                .noting(notes);
    }

    /// The active pods of all ReplicaSets of the same Deployment.
    private static List<Row<Pod>> related(Row<ReplicaSet> row, List<Row<Pod>> own, Tables tables) {
        @Nullable OwnerReference controller = Meta.controller(row.metadata());
        if (controller == null) {
            return own;
        }
        return tables.owned(Resource.REPLICA_SETS, controller.uid()).stream()
                .flatMap(set -> tables.owned(Resource.PODS, set.uid()).stream())
                .filter(pod -> Pods.active(pod.object()))
                .toList();
    }

    private static ReplicaSetStatus status(ReplicaSet set, List<Row<Pod>> owned, Instant now) {
        var labels = set.spec().template().metadata().labels().entrySet();
        int active = 0;
        int labelled = 0;
        int ready = 0;
        int available = 0;
        int terminating = 0;
        for (Row<Pod> row : owned) {
            Pod pod = row.object();
            if (Pods.terminating(pod) && !Pods.finished(pod)) {
                terminating++;
            }
            if (Pods.active(pod)) {
                active++;
                labelled += pod.metadata().labels().entrySet().containsAll(labels) ? 1 : 0;
                ready += Pods.ready(pod) ? 1 : 0;
                available += Pods.available(pod, set.spec().minReadySeconds(), now) ? 1 : 0;
            }
        }
        return set.status().toBuilder()
                .replicas(active)
                .fullyLabeledReplicas(labelled)
                .readyReplicas(ready)
                .availableReplicas(available)
                .terminatingReplicas(terminating)
                .observedGeneration(set.metadata().generation())
                .build();
    }

    private static @Nullable Duration nextAvailable(ReplicaSet set, List<Row<Pod>> active, Instant now) {
        @Nullable Duration next = null;
        for (Row<Pod> pod : active) {
            @Nullable Duration in = Pods.availableIn(pod.object(), set.spec().minReadySeconds(), now);
            next = next == null || (in != null && in.compareTo(next) < 0) ? in : next;
        }
        return next;
    }

    private static Guard unchanged(Row<?> row) {
        return new Guard(row.key(), Condition.AT, row.revision());
    }

    private static List<Item> limited(List<Item> items) {
        return items.subList(0, Math.min(items.size(), BURST_MAX));
    }
}
