package dev.shiplog.store.materialise;

import dev.shiplog.store.kafka.Membership;
import dev.shiplog.store.kafka.Topics;
import java.time.Duration;

/// What the role `store` is told.
///
/// @param partitions of `objects` and `requests`; fixed when the topics are created
/// @param sync when appends to journals and checkpoints are on the disk
/// @param patience how long Kafka and the registry may take to appear
public record StoreSettings(int partitions, Topics.Sync sync, Duration patience, Membership membership) {

    /// How far back the journal of Leases and Events reaches.
    static final Duration EPHEMERAL_RETENTION = Duration.ofDays(7);

    /// Of a process that nobody knows by name.
    private static final Membership NAMELESS = new Membership(null, Membership.SESSION_EMBEDDED);

    public StoreSettings {
        if (partitions < 1 || partitions > Topics.PARTITIONS_MAX || !patience.isPositive()) {
            throw new IllegalArgumentException("%d partitions (1..%d) and a patience of %s (must be positive)"
                    .formatted(partitions, Topics.PARTITIONS_MAX, patience));
        }
    }

    public static StoreSettings of(int partitions) {
        return new StoreSettings(partitions, Topics.Sync.EACH_APPEND, Duration.ofSeconds(60), NAMELESS);
    }

    public StoreSettings withMembership(Membership other) {
        return new StoreSettings(partitions, sync, patience, other);
    }
}
