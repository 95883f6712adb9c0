package dev.shiplog.store.kafka;

import dev.shiplog.store.journal.Journal.Stored;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Records that this process appended and that were acknowledged. A reader in the same process takes them from here,
/// and need not fetch them back from the broker. Offsets are dense, so it sees when someone else's is between.
final class OwnRecords {
    /// A reader that is further behind fetches.
    private static final int KEPT_MAX = 8_192;

    private static final long KEPT_BYTES_MAX = 16L << 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<Stored> records = new ArrayDeque<>();
    private final List<Runnable> readers = new ArrayList<>();
    private long bytes;

    /// Notes a record. Those of one writer come in order.
    ///
    /// @param last whether nothing else is under way: readers that wait for the broker are told
    void acknowledged(Stored stored, boolean last) {
        List<Runnable> waking = List.of();
        lock.lock();
        try {
            if (readers.isEmpty()) {
                return;
            }
            if (records.size() == KEPT_MAX || bytes > KEPT_BYTES_MAX) {
                records.clear();
                bytes = 0;
            }
            records.add(stored);
            bytes += stored.bytes().length;
            arrived.signalAll();
            if (last) {
                waking = List.copyOf(readers);
            }
        } finally {
            lock.unlock();
        }
        waking.forEach(Runnable::run);
    }

    /// The records from an offset on, as far as they follow on each other. Waits for the first, but not when there is
    /// a gap before it.
    List<Stored> take(long offset, Duration atMost) throws InterruptedException {
        lock.lock();
        try {
            long left = atMost.toNanos();
            dropBelow(offset);
            while (records.isEmpty() && left > 0) {
                left = arrived.awaitNanos(left);
                dropBelow(offset);
            }
            List<Stored> following = new ArrayList<>();
            long next = offset;
            while (!records.isEmpty() && records.peek().offset() == next) {
                following.add(removed());
                next++;
            }
            return following;
        } finally {
            lock.unlock();
        }
    }

    private void dropBelow(long offset) {
        while (!records.isEmpty() && records.peek().offset() < offset) {
            removed();
        }
    }

    private Stored removed() {
        Stored stored = records.remove();
        bytes -= stored.bytes().length;
        return stored;
    }

    void register(Runnable wake) {
        lock.lock();
        try {
            readers.add(wake);
        } finally {
            lock.unlock();
        }
    }

    void unregister(Runnable wake) {
        lock.lock();
        try {
            readers.remove(wake);
        } finally {
            lock.unlock();
        }
    }
}
