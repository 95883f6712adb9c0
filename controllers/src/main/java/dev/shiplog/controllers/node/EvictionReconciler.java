package dev.shiplog.controllers.node;

import dev.shiplog.controllers.Pods;
import dev.shiplog.core.v1.Node;
import dev.shiplog.core.v1.NodeCondition;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodCondition;
import dev.shiplog.core.v1.Taint;
import dev.shiplog.core.v1.Toleration;
import dev.shiplog.journal.Condition;
import dev.shiplog.journal.Guard;
import dev.shiplog.journal.Item;
import dev.shiplog.journal.Key;
import dev.shiplog.meta.v1.DeleteOptions;
import dev.shiplog.store.reconcile.Changed;
import dev.shiplog.store.reconcile.Decision;
import dev.shiplog.store.reconcile.Items;
import dev.shiplog.store.reconcile.Note;
import dev.shiplog.store.reconcile.Reconciler;
import dev.shiplog.store.reconcile.Resource;
import dev.shiplog.store.reconcile.Row;
import dev.shiplog.store.reconcile.Tables;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Sees to the pods of nodes in trouble: those on a node that is gone are removed, those that do not tolerate a
/// `NoExecute` taint (for longer) are deleted, and those on a node that went silent no longer count as ready.
///
/// See kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration and
/// kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle, "Pod garbage collection".
public final class EvictionReconciler implements Reconciler {
    /// Pods handled in one transaction.
    static final int PODS_MAX = 200;

    @Override
    public String name() {
        return "taint-eviction-controller";
    }

    @Override
    public Set<Resource<?>> reads() {
        return Set.of(Resource.NODES, Resource.PODS);
    }

    @Override
    public void concerned(Changed changed, Tables tables, Consumer<Key> keys) {
        if (Resource.NODES.has(changed.key())) {
            keys.accept(changed.key());
            return;
        }
        Stream.of(changed.before(Resource.PODS), changed.now(Resource.PODS)).forEach(pod -> {
            String name = pod == null ? "" : pod.spec().nodeName();
            @Nullable Row<Node> node = name.isEmpty() ? null : tables.get(Resource.NODES, "", name);
            if (!name.isEmpty()
                    && (node == null
                            || !NodeReconciler.ready(node.object())
                            || !taints(node).isEmpty())) {
                keys.accept(Resource.NODES.key("", name));
            }
        });
    }

    @Override
    public Decision reconcile(Key key, Tables tables, Instant now) {
        List<Row<Pod>> pods = tables.podsOn(key.name()).stream()
                .<Row<Pod>>mapMulti((pod, to) -> {
                    @Nullable Row<Pod> row = tables.get(Resource.PODS, pod.namespace(), pod.name());
                    if (row != null) {
                        to.accept(row);
                    }
                })
                .toList();
        @Nullable Row<Node> node = tables.get(Resource.NODES, "", key.name());
        if (node == null) {
            return removed(key, pods);
        }
        @Nullable NodeCondition ready = Taints.condition(node.object(), "Ready");
        if (ready != null && ready.status().equals("Unknown")) {
            List<Item> silent = pods.stream()
                    .filter(pod -> Pods.ready(pod.object()))
                    .limit(PODS_MAX)
                    .map(pod -> Items.update(pod, notReady(pod.object(), now), "status"))
                    .toList();
            if (!silent.isEmpty()) {
                return Decision.prefixOf("the node does not answer", silent);
            }
        }
        return evicted(node, pods, now);
    }

    private static Decision removed(Key node, List<Row<Pod>> pods) {
        var atOnce = DeleteOptions.builder().gracePeriodSeconds(0L).build();
        List<Item> items = pods.stream()
                .limit(PODS_MAX)
                .map(pod -> Items.delete(pod, atOnce))
                .toList();
        return items.isEmpty()
                ? Decision.none()
                : Decision.prefixOf("the node is gone", items).guarded(List.of(new Guard(node, Condition.ABSENT, 0)));
    }

    private static Pod notReady(Pod pod, Instant now) {
        List<PodCondition> conditions = pod.status().conditions().stream()
                .map(condition -> condition.type().equals(Pods.READY)
                        ? condition.toBuilder()
                                .status("False")
                                .reason("NodeNotReady")
                                .message("Node is not ready")
                                .lastTransitionTime(now)
                                .build()
                        : condition)
                .toList();
        return pod.withStatus(pod.status().withConditions(conditions));
    }

    private static Decision evicted(Row<Node> node, List<Row<Pod>> pods, Instant now) {
        List<Taint> taints = taints(node);
        var items = new ArrayList<Item>();
        var notes = new ArrayList<Note>();
        @Nullable Duration next = null;
        for (Row<Pod> pod : taints.isEmpty() ? List.<Row<Pod>>of() : pods) {
            @Nullable Instant until = Pods.terminating(pod.object()) ? null : stays(pod.object(), taints, now);
            if (until == null) {
                continue;
            }
            if (until.isAfter(now)) {
                Duration left = Duration.between(now, until);
                next = next == null || left.compareTo(next) < 0 ? left : next;
            } else if (items.size() < PODS_MAX) {
                items.add(Items.delete(pod));
                notes.add(Note.normal(
                        Resource.PODS,
                        pod,
                        "TaintManagerEviction",
                        "Marking for deletion Pod " + pod.namespace() + "/" + pod.name(),
                        ""));
            }
        }
        var decision = items.isEmpty()
                ? Decision.none()
                : Decision.prefixOf("the node's taints are not tolerated", items)
                        .guarded(List.of(new Guard(node.key(), Condition.AT, node.revision())))
                        .noting(notes);
        return decision.again(next);
    }

    private static List<Taint> taints(Row<Node> node) {
        return node.object().spec().taints().stream()
                .filter(taint -> taint.effect().equals(Taints.NO_EXECUTE))
                .toList();
    }

    /// Until when the pod may stay; null for ever.
    private static @Nullable Instant stays(Pod pod, List<Taint> taints, Instant now) {
        @Nullable Instant until = null;
        for (Taint taint : taints) {
            List<Toleration> matching = pod.spec().tolerations().stream()
                    .filter(toleration -> tolerates(toleration, taint))
                    .toList();
            @Nullable Instant end = matching.isEmpty() ? now : end(matching, taint, now);
            until = until == null || (end != null && end.isBefore(until)) ? end : until;
        }
        return until;
    }

    private static @Nullable Instant end(List<Toleration> matching, Taint taint, Instant now) {
        return matching.stream()
                .map(Toleration::tolerationSeconds)
                .filter(java.util.Objects::nonNull)
                .min(Long::compare)
                .map(seconds -> {
                    Instant added = java.util.Objects.requireNonNullElse(taint.timeAdded(), now);
                    return added.plusSeconds(Math.max(0, seconds));
                })
                .orElse(null);
    }

    static boolean tolerates(Toleration toleration, Taint taint) {
        boolean effect = toleration.effect().isEmpty() || toleration.effect().equals(taint.effect());
        boolean exists = toleration.operator().equals("Exists");
        boolean key = toleration.key().equals(taint.key()) || (toleration.key().isEmpty() && exists);
        return effect && key && (exists || toleration.value().equals(taint.value()));
    }
}
