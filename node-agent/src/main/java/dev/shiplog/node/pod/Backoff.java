package dev.shiplog.node.pod;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How long a container that keeps ending must wait: not at all the first time, then 10 s, doubled each time up to
/// five minutes. A run of ten minutes wipes the slate clean.
///
/// @param level how many short runs in a row have ended
/// @param runId the last run that was counted
record Backoff(int level, String runId) {
    private static final Duration FIRST = Duration.ofSeconds(10);
    private static final Duration MAX = Duration.ofMinutes(5);
    private static final Duration HEALED = Duration.ofMinutes(10);

    /// Counts an ended run. What nobody remembers (a restarted agent) is made up from the run's attempt.
    static Backoff count(@Nullable Backoff before, ContainerRun run) {
        if (before != null && before.runId.equals(run.id())) {
            return before;
        }
        int level = before == null ? run.attempt() : before.level;
        return new Backoff(run.lasted().compareTo(HEALED) >= 0 ? 1 : level + 1, run.id());
    }

    Duration delay() {
        return level <= 1 ? Duration.ZERO : doubled(FIRST, level - 2, MAX);
    }

    Instant until(ContainerRun run) {
        Instant ended = run.finishedAt() == null ? run.createdAt() : run.finishedAt();
        return ended.plus(delay());
    }

    static Duration doubled(Duration first, int times, Duration max) {
        if (times > 20) {
            return max;
        }
        Duration delay = first.multipliedBy(1L << Math.max(0, times));
        return delay.compareTo(max) > 0 ? max : delay;
    }
}
