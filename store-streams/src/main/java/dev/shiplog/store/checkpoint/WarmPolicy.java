package dev.shiplog.store.checkpoint;

import java.time.Duration;

/// When a process writes its state to a local file, so that it need not read so much of the journal when it starts
/// again.
final class WarmPolicy {

    /// The file is not written more often, however much is appended.
    static final Duration APART_MIN = Duration.ofSeconds(30);

    /// A shorter tail is read faster than a file is written.
    static final long TAIL_BYTES_MIN = 4L << 20;

    /// At an orderly end the file is written for a shorter tail as well.
    static final long END_TAIL_BYTES_MIN = 64L << 10;

    /// What is written is at most so many times what was appended.
    private static final long COST_MAX = 8;

    private WarmPolicy() {}

    static boolean isDue(long tailBytes, long fileBytes) {
        return tailBytes >= Math.max(TAIL_BYTES_MIN, fileBytes / COST_MAX);
    }

    static boolean isDueAtEnd(long tailBytes, long fileBytes) {
        return tailBytes >= Math.max(END_TAIL_BYTES_MIN, fileBytes / COST_MAX);
    }
}
