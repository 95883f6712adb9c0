package dev.shiplog.api.allocate;

import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/// Chooses a free number of a range: from a random start upwards and round, so that writers who choose at the same time
/// rarely meet, and a full range is noticed.
final class Choice {
    static final int NONE = -1;

    private Choice() {}

    /// @param from inclusive
    /// @param to exclusive
    static int free(int from, int to, IntPredicate taken, RandomGenerator random) {
        int size = to - from;
        if (size <= 0) {
            return NONE;
        }
        int start = random.nextInt(size);
        for (int i = 0; i < size; i++) {
            int candidate = from + (start + i) % size;
            if (!taken.test(candidate)) {
                return candidate;
            }
        }
        return NONE;
    }

    /// Prefers the upper part of a range and falls back on its first `reserved` numbers.
    static int freeAbove(int reserved, int from, int to, IntPredicate taken, RandomGenerator random) {
        int upper = free(from + reserved, to, taken, random);
        return upper != NONE ? upper : free(from, Math.min(from + reserved, to), taken, random);
    }
}
