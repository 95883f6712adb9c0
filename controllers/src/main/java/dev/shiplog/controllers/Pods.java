package dev.shiplog.controllers;

import dev.shiplog.core.v1.ContainerStatus;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodCondition;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What is commonly asked of a pod. See kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle.
public final class Pods {
    public static final String READY = "Ready";

    private Pods() {}

    /// Neither finished nor on its way out.
    public static boolean active(Pod pod) {
        return !terminating(pod) && !finished(pod);
    }

    public static boolean terminating(Pod pod) {
        return pod.metadata().deletionTimestamp() != null;
    }

    public static boolean finished(Pod pod) {
        String phase = pod.status().phase();
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    public static boolean ready(Pod pod) {
        @Nullable PodCondition condition = condition(pod, READY);
        return condition != null && condition.status().equals("True");
    }

    public static @Nullable PodCondition condition(Pod pod, String type) {
        for (PodCondition condition : pod.status().conditions()) {
            if (condition.type().equals(type)) {
                return condition;
            }
        }
        return null;
    }

    /// When the pod became ready; null when it is not.
    public static @Nullable Instant readySince(Pod pod) {
        @Nullable PodCondition condition = condition(pod, READY);
        return condition != null && condition.status().equals("True") ? condition.lastTransitionTime() : null;
    }

    /// Ready for at least so long, without a break.
    public static boolean available(Pod pod, int minReadySeconds, Instant now) {
        if (!ready(pod)) {
            return false;
        }
        @Nullable Instant since = readySince(pod);
        return minReadySeconds == 0
                || (since != null && !since.plusSeconds(minReadySeconds).isAfter(now));
    }

    /// How long until a ready pod counts as available; null when time will not change that.
    public static @Nullable Duration availableIn(Pod pod, int minReadySeconds, Instant now) {
        @Nullable Instant since = readySince(pod);
        if (minReadySeconds == 0 || since == null || available(pod, minReadySeconds, now)) {
            return null;
        }
        return Duration.between(now, since.plusSeconds(minReadySeconds));
    }

    public static int restarts(Pod pod) {
        return pod.status().containerStatuses().stream()
                .mapToInt(ContainerStatus::restartCount)
                .max()
                .orElse(0);
    }
}
