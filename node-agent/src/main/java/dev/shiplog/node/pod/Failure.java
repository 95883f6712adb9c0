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

    /// When the action may be tried again.
    Instant retryAt(String key) {
        boolean container = key.startsWith(Action.CONTAINER);
        return at.plus(
                container
                        ? Backoff.doubled(CONTAINER_FIRST, count - 1, CONTAINER_MAX)
                        : Backoff.doubled(POD_FIRST, count - 1, POD_MAX));
    }
}
