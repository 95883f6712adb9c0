package dev.shiplog.controllers.workload;

import dev.shiplog.apps.v1.Deployment;
import dev.shiplog.apps.v1.DeploymentCondition;
import dev.shiplog.apps.v1.DeploymentStatus;
import dev.shiplog.apps.v1.ReplicaSetCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The conditions of a Deployment: `Available`, `Progressing` with its deadline, and `ReplicaFailure`. Their texts are
/// what `kubectl rollout status` and `describe` print.
///
/// See kubernetes.io/docs/concepts/workloads/controllers/deployment, "Deployment status".
final class Progress {
    static final String AVAILABLE = "Available";
    static final String PROGRESSING = "Progressing";
    static final String NEW_SET_AVAILABLE = "NewReplicaSetAvailable";
    static final String NEW_SET_CREATED = "NewReplicaSetCreated";
    static final String FOUND_NEW_SET = "FoundNewReplicaSet";
    static final String SET_UPDATED = "ReplicaSetUpdated";
    static final String DEADLINE_EXCEEDED = "ProgressDeadlineExceeded";
    static final String PAUSED = "DeploymentPaused";
    static final String RESUMED = "DeploymentResumed";
    private static final String TRUE = "True";
    private static final String FALSE = "False";
    private static final String UNKNOWN = "Unknown";

    private final Deployment deployment;
    private final Instant now;
    private final List<DeploymentCondition> conditions;

    Progress(Deployment deployment, Instant now) {
        this.deployment = deployment;
        this.now = now;
        this.conditions = new ArrayList<>(deployment.status().conditions());
    }

    List<DeploymentCondition> conditions() {
        return List.copyOf(conditions);
    }

    void available(int available, Bounds bounds) {
        if (available >= bounds.least()) {
            set(AVAILABLE, TRUE, "MinimumReplicasAvailable", "Deployment has minimum availability.");
        } else {
            set(AVAILABLE, FALSE, "MinimumReplicasUnavailable", "Deployment does not have minimum availability.");
        }
    }

    /// Shows what keeps a ReplicaSet from its pods; null = nothing does.
    void failing(@Nullable ReplicaSetCondition failure) {
        if (failure == null) {
            conditions.removeIf(condition -> condition.type().equals(ReplicaSetReconciler.FAILURE));
        } else {
            set(ReplicaSetReconciler.FAILURE, failure.status(), failure.reason(), failure.message());
        }
    }

    /// Pausing stops the deadline's clock; resuming starts it anew.
    void pausing() {
        @Nullable DeploymentCondition current = find(PROGRESSING);
        if (!hasDeadline() || (current != null && current.reason().equals(DEADLINE_EXCEEDED))) {
            return;
        }
        boolean pausedNow = current != null && current.reason().equals(PAUSED);
        if (deployment.spec().paused() && !pausedNow) {
            replace(PROGRESSING, UNKNOWN, PAUSED, "Deployment is paused", now);
        } else if (!deployment.spec().paused() && pausedNow) {
            replace(PROGRESSING, UNKNOWN, RESUMED, "Deployment is resumed", now);
        }
    }

    void created(String set) {
        if (hasDeadline()) {
            set(PROGRESSING, TRUE, NEW_SET_CREATED, "Created new replica set \"" + set + "\"");
        }
    }

    void found(String set) {
        if (hasDeadline() && find(PROGRESSING) == null) {
            set(PROGRESSING, TRUE, FOUND_NEW_SET, "Found new replica set \"" + set + "\"");
        }
    }

    /// Follows a roll: done, moving, or stuck for longer than the deadline.
    void rolled(DeploymentStatus next, Bounds bounds, @Nullable String newSet) {
        if (!hasDeadline()) {
            conditions.removeIf(condition -> condition.type().equals(PROGRESSING));
            return;
        }
        @Nullable DeploymentCondition current = find(PROGRESSING);
        boolean settled = next.replicas() == next.updatedReplicas()
                && current != null
                && current.reason().equals(NEW_SET_AVAILABLE);
        if (settled) {
            return;
        }
        String what = newSet == null
                ? "Deployment \"" + deployment.metadata().name() + "\""
                : "ReplicaSet \"" + newSet + "\"";
        if (complete(next, bounds, deployment)) {
            set(PROGRESSING, TRUE, NEW_SET_AVAILABLE, what + " has successfully progressed.");
        } else if (moved(deployment.status(), next)) {
            Instant since = current != null && current.status().equals(TRUE)
                    ? Objects.requireNonNullElse(current.lastTransitionTime(), now)
                    : now;
            replace(PROGRESSING, TRUE, SET_UPDATED, what + " is progressing.", since);
        } else if (timedOut(current)) {
            set(PROGRESSING, FALSE, DEADLINE_EXCEEDED, what + " has timed out progressing.");
        }
    }

    static boolean complete(DeploymentStatus status, Bounds bounds, Deployment deployment) {
        return status.updatedReplicas() == bounds.replicas()
                && status.replicas() == bounds.replicas()
                && status.availableReplicas() == bounds.replicas()
                && status.observedGeneration() >= deployment.metadata().generation();
    }

    /// When the deadline must be looked at again; null when no roll is under way.
    @Nullable
    Duration deadlineIn() {
        @Nullable DeploymentCondition current = find(PROGRESSING);
        @Nullable Integer seconds = deployment.spec().progressDeadlineSeconds();
        if (current == null || seconds == null || !hasDeadline()) {
            return null;
        }
        boolean waiting = current.reason().equals(SET_UPDATED)
                || current.reason().equals(NEW_SET_CREATED)
                || current.reason().equals(FOUND_NEW_SET)
                || current.reason().equals(RESUMED);
        @Nullable Instant since = current.lastUpdateTime();
        if (!waiting || since == null) {
            return null;
        }
        Duration left = Duration.between(now, since.plusSeconds(seconds));
        return left.isPositive() ? left.plusSeconds(1) : Duration.ofSeconds(1);
    }

    private boolean hasDeadline() {
        @Nullable Integer seconds = deployment.spec().progressDeadlineSeconds();
        return seconds != null && seconds != Integer.MAX_VALUE;
    }

    private static boolean moved(DeploymentStatus was, DeploymentStatus is) {
        return is.updatedReplicas() > was.updatedReplicas()
                || is.replicas() - is.updatedReplicas() < was.replicas() - was.updatedReplicas()
                || is.readyReplicas() > was.readyReplicas()
                || is.availableReplicas() > was.availableReplicas();
    }

    private boolean timedOut(@Nullable DeploymentCondition current) {
        @Nullable Integer seconds = deployment.spec().progressDeadlineSeconds();
        if (current == null || seconds == null || current.reason().equals(NEW_SET_AVAILABLE)) {
            return false;
        }
        @Nullable Instant since = current.lastUpdateTime();
        return current.reason().equals(DEADLINE_EXCEEDED)
                || (!current.reason().equals(PAUSED)
                        && since != null
                        && since.plusSeconds(seconds).isBefore(now));
    }

    private @Nullable DeploymentCondition find(String type) {
        return conditions.stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElse(null);
    }

    /// Changes a condition unless it says the same already; the transition time moves only with the status.
    private void set(String type, String status, String reason, String message) {
        @Nullable DeploymentCondition current = find(type);
        if (current != null
                && current.status().equals(status)
                && current.reason().equals(reason)) {
            return;
        }
        Instant since = current != null && current.status().equals(status)
                ? Objects.requireNonNullElse(current.lastTransitionTime(), now)
                : now;
        replace(type, status, reason, message, since);
    }

    private void replace(String type, String status, String reason, String message, Instant since) {
        conditions.removeIf(condition -> condition.type().equals(type));
        conditions.add(DeploymentCondition.builder()
                .type(type)
                .status(status)
                .reason(reason)
                .message(message)
                .lastTransitionTime(since)
                .lastUpdateTime(now)
                .build());
    }
}
