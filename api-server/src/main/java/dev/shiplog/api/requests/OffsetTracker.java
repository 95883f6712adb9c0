package dev.shiplog.api.requests;

import java.util.TreeSet;

/// Which offsets of one partition are done with, when they finish in any order. What may be committed is the first
/// offset that is not: everything below it is in the journal.
final class OffsetTracker {
    private final TreeSet<Long> open = new TreeSet<>();
    private long next;
    private long committed;

    OffsetTracker(long position) {
        this.next = position;
        this.committed = position;
    }

    synchronized void begun(long offset) {
        open.add(offset);
        next = Math.max(next, offset + 1);
    }

    synchronized void done(long offset) {
        open.remove(offset);
    }

    /// The offset to commit, or -1 when nothing moved since the last call.
    synchronized long advance() {
        long safe = open.isEmpty() ? next : open.first();
        if (safe == committed) {
            return -1;
        }
        committed = safe;
        return safe;
    }
}
