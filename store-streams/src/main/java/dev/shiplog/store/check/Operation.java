package dev.shiplog.store.check;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a client asked of the store and what it heard: one step, or several of one transaction.
///
/// @param process which client; it asks one thing after the other
/// @param invoked when it asked, in nanoseconds of a clock that all clients share
/// @param returned when it heard; [#NEVER] when it does not know what became of it
public record Operation(long process, List<Step> steps, long invoked, long returned) {
    /// Of an answer that did not come.
    public static final long NEVER = Long.MAX_VALUE;

    public Operation {
        steps = List.copyOf(steps);
    }

    /// What is asked of a key.
    public enum Kind {
        CREATE,
        UPDATE,
        DELETE,
        GET;

        boolean writes() {
            return this != GET;
        }
    }

    /// One key's share of an operation.
    ///
    /// @param value what is written, or what was read; null = absent
    /// @param expect the revision that the key had to have; null = any
    /// @param revision the one it got, or the one read; null = not known
    public record Step(
            Kind kind,
            String key,
            @Nullable String value,
            @Nullable Long expect,
            @Nullable Long revision) {
        /// The same as far as one knows who heard no answer.
        Step unanswered() {
            return new Step(kind, key, kind.writes() ? value : null, expect, null);
        }
    }

    /// Whether its outcome is known.
    public boolean certain() {
        return returned != NEVER;
    }

    boolean writes() {
        return steps.stream().anyMatch(step -> step.kind().writes());
    }

    /// The same, as it looked at a time before it returned.
    Operation pending() {
        return new Operation(process, steps.stream().map(Step::unanswered).toList(), invoked, NEVER);
    }
}
