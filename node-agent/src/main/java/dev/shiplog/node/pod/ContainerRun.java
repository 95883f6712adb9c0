package dev.shiplog.node.pod;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One run of one container, as the runtime reports it.
///
/// @param attempt counts the runs of this container in this pod, from 0; the restart count
/// @param reason why it ended, in Kubernetes' words; empty while it runs
/// @param message what it left behind when it ended
/// @param imageId the image it was made from
public record ContainerRun(
        String id,
        String name,
        String sandboxId,
        int attempt,
        State state,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        int exitCode,
        String reason,
        String message,
        String image,
        String imageId) {

    /// Where in its life the run is.
    public enum State {
        CREATED,
        RUNNING,
        EXITED
    }

    public boolean running() {
        return state == State.RUNNING;
    }

    public boolean exited() {
        return state == State.EXITED;
    }

    /// How long it ran; zero while it runs.
    Duration lasted() {
        return startedAt == null || finishedAt == null ? Duration.ZERO : Duration.between(startedAt, finishedAt);
    }
}
