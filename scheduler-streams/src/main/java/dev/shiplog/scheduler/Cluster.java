package dev.shiplog.scheduler;

import dev.shiplog.core.v1.Node;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.journal.Key;
import dev.shiplog.schemas.Keys;
import dev.shiplog.store.reconcile.Changed;
import dev.shiplog.store.reconcile.Resource;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What the scheduler knows of the cluster, kept up to date change by change: the nodes and what is taken of them, and
/// the pods that wait for a node, first by priority, then by age.
final class Cluster {
    static final String SCHEDULER = "default-scheduler";

    /// A pod that waits.
    record Waiting(Key key, long revision, String uid, int priority, Instant created, Shape shape) {
        static final Comparator<Waiting> ORDER = Comparator.comparingInt((Waiting pod) -> -pod.priority)
                .thenComparing(Waiting::created)
                .thenComparing(Waiting::key, Keys.ORDER);
    }

    private record Placed(String node, Shape shape) {}

    private final TreeMap<String, NodeState> nodes = new TreeMap<>();
    private final Map<Key, Placed> placed = new HashMap<>();
    private final Map<Key, Waiting> waiting = new HashMap<>();
    private final TreeSet<Waiting> active = new TreeSet<>(Waiting.ORDER);
    private final TreeSet<Waiting> unschedulable = new TreeSet<>(Waiting.ORDER);
    private boolean roomMade;

    Collection<NodeState> nodes() {
        return nodes.values();
    }

    SortedSet<Waiting> active() {
        return active;
    }

    int unschedulableCount() {
        return unschedulable.size();
    }

    @Nullable
    Waiting waiting(Key pod) {
        return waiting.get(pod);
    }

    void changed(Changed change) {
        if (Resource.NODES.has(change.key())) {
            node(change.key().name(), change.now(Resource.NODES));
        } else if (Resource.PODS.has(change.key())) {
            pod(change.key(), change.revision(), change.now(Resource.PODS));
        }
    }

    private void node(String name, @Nullable Node now) {
        @Nullable NodeState known = nodes.get(name);
        if (now == null) {
            if (known != null) {
                known.gone();
            }
            return;
        }
        NodeState state = known == null ? nodes.computeIfAbsent(name, NodeState::new) : known;
        var offer = NodeState.Offer.of(now);
        if (!state.present() || !offer.equals(state.offer())) {
            state.offers(offer);
            roomMade = true;
        }
    }

    private void pod(Key key, long revision, @Nullable Pod now) {
        @Nullable Waiting was = waiting.remove(key);
        boolean parked = was != null && unschedulable.remove(was);
        if (was != null) {
            active.remove(was);
        }
        if (now == null || finished(now)) {
            release(key);
            return;
        }
        if (!now.spec().nodeName().isEmpty()) {
            place(key, now.spec().nodeName(), Shape.of(now));
            return;
        }
        if (!ours(now)) {
            release(key);
            return;
        }
        var pod = new Waiting(
                key,
                revision,
                now.metadata().uid(),
                Objects.requireNonNullElse(now.spec().priority(), 0),
                Objects.requireNonNullElse(now.metadata().creationTimestamp(), Instant.EPOCH),
                Shape.of(now));
        waiting.put(key, pod);
        boolean same = was != null && was.shape.equals(pod.shape) && was.uid.equals(pod.uid);
        if (parked && same) {
            unschedulable.add(pod);
        } else if (!placed.containsKey(key)) {
            active.add(pod);
        }
    }

    private static boolean finished(Pod pod) {
        String phase = pod.status().phase();
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    private static boolean ours(Pod pod) {
        return pod.spec().schedulerName().equals(SCHEDULER)
                && pod.metadata().deletionTimestamp() == null
                && pod.spec().schedulingGates().isEmpty();
    }

    /// Counts a pod on a node: because it is bound, or because it is about to be.
    void place(Key pod, String node, Shape shape) {
        @Nullable Placed before = placed.get(pod);
        if (before != null && before.node.equals(node) && before.shape.equals(shape)) {
            return;
        }
        release(pod);
        placed.put(pod, new Placed(node, shape));
        nodes.computeIfAbsent(node, NodeState::new).take(shape);
    }

    private void release(Key pod) {
        @Nullable Placed before = placed.remove(pod);
        if (before != null) {
            nodes.computeIfAbsent(before.node, NodeState::new).release(before.shape);
            roomMade = true;
        }
    }

    /// Takes a pod out of the queue and counts it on the node, before it is known to be bound.
    void assume(Waiting pod, String node) {
        active.remove(pod);
        place(pod.key, node, pod.shape);
    }

    /// It was not bound after all.
    void forget(Key pod) {
        @Nullable Waiting still = waiting.get(pod);
        if (still != null) {
            release(pod);
            unschedulable.remove(still);
            active.add(still);
        }
    }

    void park(Waiting pod) {
        active.remove(pod);
        unschedulable.add(pod);
    }

    /// Whether something may fit now that did not.
    boolean roomMade() {
        return roomMade;
    }

    /// Looks again at all that did not fit.
    void retry() {
        roomMade = false;
        active.addAll(unschedulable);
        unschedulable.clear();
    }
}
