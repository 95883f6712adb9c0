package dev.shiplog.controllers.workload;

import dev.shiplog.apps.v1.ReplicaSet;
import dev.shiplog.controllers.Pods;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.store.reconcile.Resource;
import dev.shiplog.store.reconcile.Row;
import dev.shiplog.store.reconcile.Tables;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// A ReplicaSet with what its pods are now. Counted from the pods themselves, as the same cut of the tables has both:
/// exact where the set's own status is still on its way.
///
/// @param present pods of any state that are not finished, terminating ones included
record SetState(
        Row<ReplicaSet> row,
        int replicas,
        int active,
        int ready,
        int available,
        int terminating,
        int present,
        @Nullable Duration nextAvailable) {

    static final Comparator<SetState> OLDEST_FIRST = Comparator.comparing(
                    (SetState set) -> set.row.metadata().creationTimestamp(),
                    Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(set -> set.row.name());

    static SetState of(Row<ReplicaSet> row, Tables tables, int minReadySeconds, Instant now) {
        int active = 0;
        int ready = 0;
        int available = 0;
        int terminating = 0;
        int present = 0;
        @Nullable Duration next = null;
        for (Row<Pod> pods : tables.owned(Resource.PODS, row.uid())) {
            Pod pod = pods.object();
            if (Pods.finished(pod)) {
                continue;
            }
            present++;
            if (Pods.terminating(pod)) {
                terminating++;
                continue;
            }
            active++;
            ready += Pods.ready(pod) ? 1 : 0;
            available += Pods.available(pod, minReadySeconds, now) ? 1 : 0;
            @Nullable Duration in = Pods.availableIn(pod, minReadySeconds, now);
            next = next == null || (in != null && in.compareTo(next) < 0) ? in : next;
        }
        int replicas = ReplicaSetReconciler.replicas(row.object());
        return new SetState(row, replicas, active, ready, available, terminating, present, next);
    }

    /// Pods that are available and will not be deleted by a scaling that is already decided.
    int lastingAvailable() {
        return Math.min(available, replicas);
    }

    /// Pods that count against the surge: those wanted, or those still there when there are more.
    int occupied() {
        return Math.max(replicas, active);
    }

    long revision() {
        return Revisions.of(row.metadata());
    }
}
