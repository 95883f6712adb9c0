package dev.shiplog.store.journal;

import java.time.Duration;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Threads that wait until a rising number has reached theirs. Raising it costs nothing while nobody waits.
final class Waiters {
    private final ReentrantLock lock = new ReentrantLock();
    private final PriorityQueue<Waiter> waiting = new PriorityQueue<>();

    /// The lowest number that anyone waits for. Written under the lock, before the waiter looks at the number
    /// again.
    private volatile long lowest = Long.MAX_VALUE;

    private volatile long reached;

    Waiters(long reached) {
        this.reached = reached;
    }

    private record Waiter(long target, Condition woken) implements Comparable<Waiter> {
        @Override
        public int compareTo(Waiter other) {
            return Long.compare(target, other.target);
        }
    }

    void raise(long number) {
        reached = number;
        if (lowest > number) {
            return;
        }
        lock.lock();
        try {
            while (!waiting.isEmpty() && waiting.element().target <= number) {
                waiting.remove().woken.signal();
            }
            lowest = waiting.isEmpty() ? Long.MAX_VALUE : waiting.element().target;
        } finally {
            lock.unlock();
        }
    }

    void await(long target, Duration timeout) throws InterruptedException, TimeoutException {
        if (reached >= target) {
            return;
        }
        lock.lockInterruptibly();
        try {
            var waiter = new Waiter(target, lock.newCondition());
            waiting.add(waiter);
            lowest = Math.min(lowest, target);
            awaitWoken(waiter, timeout);
        } finally {
            lock.unlock();
        }
    }

    private void awaitWoken(Waiter waiter, Duration timeout) throws InterruptedException, TimeoutException {
        long left = TimeUnit.NANOSECONDS.convert(timeout);
        while (reached < waiter.target) {
            if (left <= 0) {
                waiting.remove(waiter);
                throw new TimeoutException("%d not reached in %s".formatted(waiter.target, timeout));
            }
            left = waiter.woken.awaitNanos(left);
        }
    }
}
