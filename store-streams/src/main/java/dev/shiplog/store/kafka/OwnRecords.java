package dev.shiplog.store.kafka;

import dev.shiplog.store.journal.Journal.Stored;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// Records that this process appended and that were acknowledged: a reader in the same process need not wait until
/// they come back from the broker.
final class OwnRecords {
    /// Older ones have long come back.
    private static final int KEPT_MAX = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Stored> records = new ArrayDeque<>();
    private final List<Runnable> readers = new ArrayList<>();

    /// Notes a record, and wakes the readers.
    void acknowledged(Stored stored) {
        List<Runnable> waking;
        lock.lock();
        try {
            if (readers.isEmpty()) {
                return;
            }
            if (records.size() == KEPT_MAX) {
                records.poll();
            }
            records.add(stored);
            waking = List.copyOf(readers);
        } finally {
            lock.unlock();
        }
        waking.forEach(Runnable::run);
    }

    /// The records from an offset on, as far as they follow on each other.
    List<Stored> from(long offset) {
        lock.lock();
        try {
            List<Stored> following = new ArrayList<>();
            long next = offset;
            for (Stored stored : records) {
                if (stored.offset() == next) {
                    following.add(stored);
                    next++;
                }
            }
            return following;
        } finally {
            lock.unlock();
        }
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
