package dev.shiplog.store.checkpoint;

/// When a new checkpoint is due: when reading the tail of the journal would cost as much as reading the
/// checkpoint.
public final class CheckpointPolicy {

    /// A shorter tail is never worth a checkpoint.
    public static final long TAIL_BYTES_MIN = 64L << 20;

    private CheckpointPolicy() {}

    static boolean isDue(long tailBytes, long checkpointBytes) {
        return tailBytes >= Math.max(checkpointBytes, TAIL_BYTES_MIN);
    }
}
