package dev.shiplog.store.materialise;

import dev.shiplog.store.Applied;
import dev.shiplog.store.View;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Takes applied records from a follower's thread without holding it up. A reader that is too slow loses the
/// feed, not the records: it subscribes again from where it is.
final class Feed implements View.Listener, AutoCloseable {
    /// As many records as a view's window holds.
    static final int BACKLOG_MAX = View.WINDOW_MUTATIONS;

    /// A record, and when the follower had applied it.
    record Arrived(Applied record, long nanos) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<Arrived> backlog = new ArrayDeque<>();
    private boolean overflowed;
    private View.@Nullable Subscription subscription;

    @Override
    public void applied(Applied record) {
        lock.lock();
        try {
            if (overflowed || backlog.size() >= BACKLOG_MAX) {
                overflowed = true;
            } else {
                backlog.add(new Arrived(record, System.nanoTime()));
            }
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Notes what to end when this feed is closed.
    void subscribed(View.Subscription to) {
        subscription = to;
    }

    @Override
    public void close() {
        View.Subscription open = subscription;
        subscription = null;
        if (open != null) {
            open.close();
        }
    }

    /// The next records, in order; empty when none came in time.
    List<Arrived> poll(Duration atMost, int max) throws InterruptedException {
        lock.lock();
        try {
            long rest = atMost.toNanos();
            while (backlog.isEmpty() && rest > 0 && !overflowed) {
                rest = arrived.awaitNanos(rest);
            }
            List<Arrived> next = new ArrayList<>(Math.min(max, backlog.size()));
            while (next.size() < max && !backlog.isEmpty()) {
                next.add(backlog.poll());
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    /// Whether records were lost after those that [#poll] still has.
    boolean lost() {
        lock.lock();
        try {
            return overflowed && backlog.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
