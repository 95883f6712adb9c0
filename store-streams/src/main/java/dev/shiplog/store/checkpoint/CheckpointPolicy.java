package dev.shiplog.store.checkpoint;

import java.time.Duration;

/// When a new checkpoint is due: when reading the tail of the journal would cost as much as reading the
/// checkpoint.
public final class CheckpointPolicy {

    /// A shorter tail is never worth a checkpoint.
    public static final long TAIL_BYTES_MIN = 64L << 20;

    /// What a record is taken for where nobody counted its bytes.
    private static final long RECORD_BYTES = 1_024;

    /// A journal that is truncated gets a checkpoint at least so often, in journal time: what is given up ends at the
    /// older of the two that are kept.
    private static final Duration TRUNCATED_EVERY = Duration.ofDays(1);

    private CheckpointPolicy() {}

    static boolean isDueToTruncate(long millisSinceNewest) {
        return millisSinceNewest >= TRUNCATED_EVERY.toMillis();
    }

    static long tailBytes(long records) {
        return records * RECORD_BYTES;
    }

    static boolean isDue(long tailBytes, long checkpointBytes) {
        return tailBytes >= Math.max(checkpointBytes, TAIL_BYTES_MIN);
    }
}
