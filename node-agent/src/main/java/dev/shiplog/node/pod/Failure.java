package dev.shiplog.node.pod;

import java.time.Duration;
import java.time.Instant;

/// An action that failed, and how often in a row.
///
/// @param reason a container's waiting reason or an Event's, in Kubernetes' words
public record Failure(String reason, String message, int count, Instant at) {
    private static final Duration CONTAINER_FIRST = Duration.ofSeconds(10);
    private static final Duration POD_FIRST = Duration.ofSeconds(1);
    private static final Duration CONTAINER_MAX = Duration.ofMinutes(5);
    private static final Duration POD_MAX = Duration.ofMinutes(1);

    /// When the action may be tried again. A pull that fails is asked for less and less often, for the registry's sake;
    /// what else a container lacks, such as a ConfigMap, may be there any moment.
    Instant retryAt(String key) {
        if (!key.startsWith(Action.CONTAINER)) {
            return at.plus(Backoff.doubled(POD_FIRST, count - 1, POD_MAX));
        }
        boolean pull = reason.equals("ErrImagePull");
        return at.plus(pull ? Backoff.doubled(CONTAINER_FIRST, count - 1, CONTAINER_MAX) : CONTAINER_FIRST);
    }
}
