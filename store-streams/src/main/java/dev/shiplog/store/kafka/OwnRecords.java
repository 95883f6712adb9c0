package dev.shiplog.store.kafka;

import dev.shiplog.store.journal.Journal.Stored;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Records that this process appended and that were acknowledged. A reader in the same process takes them from here,
/// and need not fetch them back from the broker. Offsets are dense, so it sees when someone else's is between.
final class OwnRecords {
    /// A reader that is further behind fetches.
    private static final int KEPT_MAX = 8_192;

    private static final long KEPT_BYTES_MAX = 16L << 20;

    /// How long records may stay away before the broker is asked for others'.
    private static final Duration QUIET_MAX = Duration.ofMillis(2);

    /// The same while one is under way: its acknowledgement will say whether others' stand before it. A busy disk
    /// takes this long.
    private static final Duration UNDER_WAY_MAX = Duration.ofMillis(50);

    private final Duration quietMax;
    private final Duration underWayMax;
    private final AtomicInteger underWay = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<Stored> records = new ArrayDeque<>();
    private final List<Runnable> readers = new ArrayList<>();
    private long bytes;

    OwnRecords() {
        this(QUIET_MAX, UNDER_WAY_MAX);
    }

    OwnRecords(Duration quietMax, Duration underWayMax) {
        this.quietMax = quietMax;
        this.underWayMax = underWayMax;
    }

    /// Notes a record. Those of one writer come in order. When nothing else is under way, readers that wait for the
    /// broker are told.
    void acknowledged(Stored stored) {
        List<Runnable> waking = List.of();
        lock.lock();
        try {
            boolean last = underWay.decrementAndGet() == 0;
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

    /// Notes that one more is under way.
    void sent() {
        underWay.incrementAndGet();
    }

    /// Notes that one has failed.
    void failed() {
        lock.lock();
        try {
            underWay.decrementAndGet();
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The records from an offset on, as far as they follow on each other, or none when there is a gap before the
    /// first.
    List<Stored> take(long offset) {
        lock.lock();
        try {
            return following(offset);
        } finally {
            lock.unlock();
        }
    }

    /// The same, and waits for the first: for long while one is under way, else for a moment.
    List<Stored> await(long offset) throws InterruptedException {
        lock.lock();
        try {
            long begun = System.nanoTime();
            dropBelow(offset);
            while (records.isEmpty()) {
                Duration patience = underWay.get() > 0 ? underWayMax : quietMax;
                long left = patience.toNanos() - (System.nanoTime() - begun);
                if (left <= 0) {
                    return List.of();
                }
                long _ = arrived.awaitNanos(left);
                dropBelow(offset);
            }
            return following(offset);
        } finally {
            lock.unlock();
        }
    }

    private List<Stored> following(long offset) {
        dropBelow(offset);
        List<Stored> following = new ArrayList<>();
        long next = offset;
        while (!records.isEmpty() && records.peek().offset() == next) {
            following.add(removed());
            next++;
        }
        return following;
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
