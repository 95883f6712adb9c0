package dev.shiplog.store.journal;

import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.RevisionGone;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A journal in memory, for tests and the simulator. What is sent stands in it at once.
public final class MemoryJournal implements Journal {
    private static final int POLL_RECORDS_MAX = 1_000;

    private final StoreName store;
    private final UUID topicId;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private final Ring<Stored> records = new Ring<>();
    private long start;

    public MemoryJournal(StoreName store, UUID topicId, InstantSource clock) {
        this.store = store;
        this.topicId = topicId;
        this.clock = clock;
    }

    @Override
    public StoreName store() {
        return store;
    }

    @Override
    public UUID topicId() {
        return topicId;
    }

    @Override
    public long start() {
        lock.lock();
        try {
            return start;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long end() {
        lock.lock();
        try {
            return start + records.size();
        } finally {
            lock.unlock();
        }
    }

    /// Adds a record and says where it stands.
    public Stored append(byte[] bytes) {
        lock.lock();
        try {
            var stored = new Stored(start + records.size(), clock.millis(), bytes);
            records.add(stored);
            grown.signalAll();
            return stored;
        } finally {
            lock.unlock();
        }
    }

    /// The records from an offset on that stand now, at most so many.
    public List<Stored> read(long from, int count) throws RevisionGone {
        lock.lock();
        try {
            if (from < start) {
                throw new RevisionGone(from, start);
            }
            int first = (int) Math.min(from - start, records.size());
            int last = (int) Math.min((long) first + count, records.size());
            return List.copyOf(records.subList(first, last));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void deleteRecords(long before) {
        lock.lock();
        try {
            while (start < before && !records.isEmpty()) {
                records.dropFirst();
                start++;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Reader reader(long from) {
        return new MemoryReader(from);
    }

    @Override
    public Writer writer() {
        return new Writer() {
            @Override
            public void send(byte[] bytes, Acknowledgement acknowledgement) {
                Stored stored = append(bytes);
                acknowledgement.acknowledged(stored.offset(), stored.stampMillis());
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void close() {}

    private final class MemoryReader implements Reader {
        private long next;

        MemoryReader(long from) {
            next = from;
        }

        @Override
        public List<Stored> poll(Duration atMost) throws RevisionGone, InterruptedException {
            awaitMore(TimeUnit.NANOSECONDS.convert(atMost));
            List<Stored> more = read(next, POLL_RECORDS_MAX);
            next += more.size();
            return more;
        }

        private void awaitMore(long nanos) throws InterruptedException {
            long left = nanos;
            lock.lockInterruptibly();
            try {
                while (start + records.size() <= next && left > 0) {
                    left = grown.awaitNanos(left);
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {}
    }
}
