package dev.shiplog.controllers.workload;

import dev.shiplog.apps.v1.Deployment;
import dev.shiplog.apps.v1.ReplicaSet;
import dev.shiplog.journal.Key;
import dev.shiplog.meta.v1.LabelSelector;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.meta.v1.OwnerReference;
import dev.shiplog.schemas.Typed;
import dev.shiplog.schemas.select.Selector;
import dev.shiplog.store.reconcile.Changed;
import dev.shiplog.store.reconcile.Decision;
import dev.shiplog.store.reconcile.Meta;
import dev.shiplog.store.reconcile.Note;
import dev.shiplog.store.reconcile.Reconciler;
import dev.shiplog.store.reconcile.Resource;
import dev.shiplog.store.reconcile.Row;
import dev.shiplog.store.reconcile.Tables;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Rolls pods from one template to the next by way of ReplicaSets, one for each template.
///
/// See kubernetes.io/docs/concepts/workloads/controllers/deployment.
public final class DeploymentReconciler implements Reconciler {
    private static final int PATCHES_MAX = 500;

    @Override
    public String name() {
        return "deployment-controller";
    }

    @Override
    public Set<Resource<?>> reads() {
        return Set.of(Resource.DEPLOYMENTS, Resource.REPLICA_SETS, Resource.PODS);
    }

    @Override
    public void concerned(Changed changed, Tables tables, Consumer<Key> keys) {
        if (Resource.DEPLOYMENTS.has(changed.key())) {
            keys.accept(changed.key());
        } else if (Resource.REPLICA_SETS.has(changed.key())) {
            ofSet(changed.before(), tables, keys);
            ofSet(changed.now(), tables, keys);
        } else if (Resource.PODS.has(changed.key())) {
            ofPod(changed.before(), tables, keys);
            ofPod(changed.now(), tables, keys);
        }
    }

    private static void ofPod(@Nullable Typed pod, Tables tables, Consumer<Key> keys) {
        @Nullable OwnerReference owner = pod == null ? null : Meta.controller(Meta.of(pod));
        if (pod != null && owner != null && owner.kind().equals(Resource.REPLICA_SETS.kind())) {
            @Nullable
            Row<ReplicaSet> set = tables.get(Resource.REPLICA_SETS, Meta.of(pod).namespace(), owner.name());
            if (set != null && set.uid().equals(owner.uid())) {
                ofSet(set.object(), tables, keys);
            }
        }
    }

    private static void ofSet(@Nullable Typed set, Tables tables, Consumer<Key> keys) {
        if (set == null) {
            return;
        }
        ObjectMeta metadata = Meta.of(set);
        @Nullable OwnerReference owner = Meta.controller(metadata);
        if (owner != null) {
            if (owner.kind().equals(Resource.DEPLOYMENTS.kind())) {
                keys.accept(Resource.DEPLOYMENTS.key(metadata.namespace(), owner.name()));
            }
            return;
        }
        for (Row<Deployment> deployment : tables.list(Resource.DEPLOYMENTS, metadata.namespace())) {
            if (Selector.of(deployment.object().spec().selector()).matches(metadata.labels())) {
                keys.accept(deployment.key());
            }
        }
    }

    @Override
    public Decision reconcile(Key key, Tables tables, Instant now) {
        @Nullable Row<Deployment> row = tables.get(Resource.DEPLOYMENTS, key.namespace(), key.name());
        if (row == null) {
            return Decision.none();
        }
        @Nullable LabelSelector selector = row.object().spec().selector();
        if (selector == null || Selector.of(selector).everything()) {
            String message = "This deployment is selecting all pods. A non-empty selector is required.";
            return Decision.none()
                    .noting(List.of(Note.warning(Resource.DEPLOYMENTS, row, "SelectingAll", message, "selector")));
        }
        var claims = Claims.of(Resource.REPLICA_SETS, Resource.DEPLOYMENTS, row, selector, tables);
        if (!claims.patches().isEmpty()) {
            return Decision.prefixOf(
                    "adopt and release replica sets",
                    claims.patches()
                            .subList(0, Math.min(PATCHES_MAX, claims.patches().size())));
        }
        int minReady = row.object().spec().minReadySeconds();
        List<SetState> sets = claims.owned().stream()
                .map(set -> SetState.of(set, tables, minReady, now))
                .sorted(SetState.OLDEST_FIRST)
                .toList();
        return new Roll(row, selector, sets, tables, now).decide();
    }
}
