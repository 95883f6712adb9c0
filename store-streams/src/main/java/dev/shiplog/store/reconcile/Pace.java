package dev.shiplog.store.reconcile;

import dev.shiplog.journal.Key;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Holds controllers to [#PER_MINUTE_MAX] rewrites of any one object a minute: a bucket of [#BURST] tokens that
/// refills with the rest over a minute.
final class Pace {
    static final int PER_MINUTE_MAX = 60;
    static final int BURST = 36;

    /// Tokens that are left to changes of more than a status.
    static final int RESERVE = 10;

    static final Duration REFILL = Duration.ofMinutes(1).dividedBy(PER_MINUTE_MAX - BURST);

    private static final int SWEEP_AT = 4_096;

    /// Counted as the time at which the bucket would be full again.
    private final Map<Key, Instant> fullAt = new HashMap<>();

    /// When this object may be rewritten again, with so many tokens to spare; not after `now` when it may be now.
    Instant freeAt(Key key, Instant now, int reserve) {
        @Nullable Instant full = fullAt.get(key);
        return full == null ? now : full.minus(REFILL.multipliedBy(BURST - 1L - reserve));
    }

    void spend(Key key, Instant now) {
        if (fullAt.size() >= SWEEP_AT) {
            fullAt.values().removeIf(full -> !full.isAfter(now));
        }
        fullAt.merge(key, now.plus(REFILL), (full, _) -> later(full, now).plus(REFILL));
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
