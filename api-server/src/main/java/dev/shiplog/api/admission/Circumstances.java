package dev.shiplog.api.admission;

import dev.shiplog.api.http.Identity;
import dev.shiplog.schemas.Codec;
import dev.shiplog.store.Snapshot;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// What a decision about a write may depend on besides the objects: everything comes from outside, so the same
/// circumstances give the same decision.
///
/// @param main the state of the store `main`, where namespaces are, also when the write goes to the other store
public record Circumstances(Identity actor, Instant now, RandomGenerator random, Snapshot main, Codec codec) {
    private static final long VERSION_BITS = 0x4000L;
    private static final long VARIANT_BIT = 0x8000000000000000L;

    /// The time as `metav1.Time` has it.
    public Instant second() {
        return now.truncatedTo(ChronoUnit.SECONDS);
    }

    /// A random UUID drawn from the circumstances.
    public UUID uuid() {
        long high = (random.nextLong() & ~0xF000L) | VERSION_BITS;
        long low = (random.nextLong() >>> 2) | VARIANT_BIT;
        return new UUID(high, low);
    }
}
