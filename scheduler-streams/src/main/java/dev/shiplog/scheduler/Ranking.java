package dev.shiplog.scheduler;

import dev.shiplog.core.v1.Taint;
import java.util.Collection;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The nodes that a shape fits on, least allocated first; ties are spread by a hash of pod and node, so that equal
/// cuts of the cluster give equal choices. Made by one scan; what a placement changes is looked at again when its turn
/// comes, which suffices as a node only gets fuller meanwhile.
final class Ranking {
    /// What a container that asks for nothing is taken to need, for the score only.
    private static final long CPU_ASSUMED_MILLIS = 100;

    private static final long MEMORY_ASSUMED_BYTES = 200L << 20;
    private static final long SCALE = 10_000;
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    private record Place(NodeState node, long version, long score, long tie) {}

    private final Shape shape;
    private final String leader;
    private final int nodes;
    private final PriorityQueue<Place> places =
            new PriorityQueue<>(Comparator.comparingLong((Place place) -> -place.score)
                    .thenComparingLong(Place::tie)
                    .thenComparing(place -> place.node.name()));
    private final TreeMap<String, Integer> refusals = new TreeMap<>();

    /// Ranks all nodes for a shape.
    ///
    /// @param leader uid of the first pod that is placed by it
    Ranking(Shape shape, String leader, Collection<NodeState> all) {
        this.shape = shape;
        this.leader = leader;
        int present = 0;
        for (NodeState node : all) {
            if (node.present()) {
                present++;
                offer(node);
            }
        }
        nodes = present;
    }

    private void offer(NodeState node) {
        var against = Fit.refusals(shape, node);
        if (against.isEmpty()) {
            places.add(new Place(node, node.version(), score(node), tie(node)));
        } else {
            against.forEach(reason -> refusals.merge(reason, 1, Integer::sum));
        }
    }

    /// The best node, which stays in the ranking; null when none fits any more.
    @Nullable
    NodeState best() {
        for (@Nullable Place place = places.poll(); place != null; place = places.poll()) {
            if (place.version == place.node.version()) {
                places.add(place);
                return place.node;
            }
            offer(place.node);
        }
        return null;
    }

    /// Why no node fits, in the words of Kubernetes.
    String whyNot() {
        if (nodes == 0) {
            return "no nodes available to schedule pods";
        }
        return refusals.entrySet().stream()
                .map(reason -> reason.getValue() + " " + reason.getKey())
                .sorted()
                .collect(Collectors.joining(", ", "0/" + nodes + " nodes are available: ", "."));
    }

    private long score(NodeState node) {
        long score = free(node, Amounts.CPU, CPU_ASSUMED_MILLIS) + free(node, Amounts.MEMORY, MEMORY_ASSUMED_BYTES);
        for (Taint taint : node.offer().taints()) {
            if (taint.effect().equals(Fit.PREFER_NO_SCHEDULE) && !Fit.tolerated(shape, taint)) {
                score -= SCALE;
            }
        }
        return score;
    }

    private long free(NodeState node, String name, long assumed) {
        long all = node.offer().allocatable().get(name);
        if (all <= 0) {
            return 0;
        }
        long floor = node.taken().get(Amounts.PODS) * assumed;
        long taken = Math.max(node.taken().get(name), floor);
        long wanted = Math.max(shape.requests().get(name), assumed);
        return Math.max(0, Math.round((double) (all - taken - wanted) / all * SCALE));
    }

    private long tie(NodeState node) {
        long hash = (31L * leader.hashCode() + node.name().hashCode()) * SPREAD;
        hash ^= hash >>> 32;
        hash *= SPREAD;
        return hash ^ hash >>> 29;
    }
}
