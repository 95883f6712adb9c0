package dev.shiplog.controllers.workload;

import dev.shiplog.controllers.Pods;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.store.reconcile.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The order in which a ReplicaSet gives up pods: first those that serve least.
///
/// See kubernetes.io/docs/concepts/workloads/controllers/replicaset, "Scaling a ReplicaSet".
final class CheapestToLose {
    static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";
    private static final List<String> PHASES = List.of("Pending", "Unknown", "Running");

    private CheapestToLose() {}

    /// Pods in the order in which to give them up.
    ///
    /// @param related the pods of the same owner's owner, whose crowding on a node counts
    static List<Row<Pod>> sorted(List<Row<Pod>> pods, List<Row<Pod>> related, Instant now) {
        Map<String, Integer> crowd = new HashMap<>();
        related.stream()
                .map(row -> row.object().spec().nodeName())
                .filter(node -> !node.isEmpty())
                .forEach(node -> crowd.merge(node, 1, Integer::sum));
        Comparator<Row<Pod>> order = by(pod -> pod.spec().nodeName().isEmpty() ? 0 : 1);
        order = order.thenComparing(by(pod -> PHASES.indexOf(pod.status().phase())))
                .thenComparing(by(pod -> Pods.ready(pod) ? 1 : 0))
                .thenComparing(by(CheapestToLose::cost))
                .thenComparing(by(pod -> -crowd.getOrDefault(pod.spec().nodeName(), 0)))
                .thenComparing(by(pod -> magnitude(Pods.readySince(pod), now)))
                .thenComparing(by(pod -> -Pods.restarts(pod)))
                .thenComparing(by(pod -> magnitude(pod.metadata().creationTimestamp(), now)))
                .thenComparing(Row::name);
        var sorted = new ArrayList<>(pods);
        sorted.sort(order);
        return sorted;
    }

    private static Comparator<Row<Pod>> by(java.util.function.ToIntFunction<Pod> what) {
        return Comparator.comparingInt(row -> what.applyAsInt(row.object()));
    }

    private static int cost(Pod pod) {
        @Nullable String cost = pod.metadata().annotations().get(DELETION_COST);
        try {
            return cost == null ? 0 : Integer.parseInt(cost);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /// The age's order of magnitude, so that small differences do not decide.
    private static int magnitude(@Nullable Instant since, Instant now) {
        if (since == null) {
            return 0;
        }
        long seconds = Math.max(0, Duration.between(since, now).toSeconds());
        return Long.SIZE - Long.numberOfLeadingZeros(seconds);
    }
}
