package dev.shiplog.store.sim;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Counts the checks of invariants and keeps what was violated.
final class Checks {
    private static final int VIOLATIONS_MAX = 20;

    private final List<String> violations = new ArrayList<>();
    private long count;
    private long step;

    void atStep(long number) {
        step = number;
    }

    @SuppressWarnings("AnnotateFormatMethod")
    void that(boolean holds, String format, @Nullable Object... arguments) {
        count++;
        if (!holds) {
            violated(format.formatted(arguments));
        }
    }

    void violated(String what) {
        if (violations.size() < VIOLATIONS_MAX) {
            violations.add("step " + step + ": " + what);
        }
    }

    boolean allHold() {
        return violations.isEmpty();
    }

    long count() {
        return count;
    }

    List<String> violations() {
        return List.copyOf(violations);
    }
}
