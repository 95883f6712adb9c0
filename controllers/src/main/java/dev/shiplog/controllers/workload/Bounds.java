package dev.shiplog.controllers.workload;

import dev.shiplog.apps.v1.DeploymentSpec;
import dev.shiplog.apps.v1.RollingUpdateDeployment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How far a roll may leave the wanted number of pods: percentages of it, rounded up for the surge and down for what
/// may be unavailable.
///
/// See kubernetes.io/docs/concepts/workloads/controllers/deployment, "Rolling Update Deployment".
record Bounds(int replicas, int surge, int unavailable) {
    static final String ROLLING_UPDATE = "RollingUpdate";
    private static final int PERCENT = 100;

    static Bounds of(DeploymentSpec spec) {
        int replicas = Objects.requireNonNullElse(spec.replicas(), 1);
        if (!spec.strategy().type().equals(ROLLING_UPDATE)) {
            return new Bounds(replicas, 0, 0);
        }
        @Nullable RollingUpdateDeployment rolling = spec.strategy().rollingUpdate();
        long surge = share(rolling == null ? null : rolling.maxSurge(), replicas, PERCENT - 1);
        long unavailable = share(rolling == null ? null : rolling.maxUnavailable(), replicas, 0);
        if (surge == 0 && unavailable == 0) {
            unavailable = 1;
        }
        return new Bounds(replicas, Math.toIntExact(surge), Math.toIntExact(Math.min(unavailable, replicas)));
    }

    /// How many pods there may be at once.
    int most() {
        return replicas == 0 ? 0 : replicas + surge;
    }

    /// How many pods must be available at any time.
    int least() {
        return replicas - unavailable;
    }

    private static long share(@Nullable Object value, int of, int roundUp) {
        return switch (value) {
            case null -> share("25%", of, roundUp);
            case Integer count -> count;
            case String percent
            when percent.endsWith("%") ->
                (Long.parseLong(percent, 0, percent.length() - 1, 10) * of + roundUp) / PERCENT;
            default -> throw new IllegalArgumentException("neither a number nor a percentage: " + value);
        };
    }
}
