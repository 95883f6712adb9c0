package dev.shiplog.store.journal;

import dev.shiplog.store.Result;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One append that waits for its outcome. It is answered once; later answers change nothing.
public final class Pending {
    private final Envelope envelope;
    private final Thread caller;
    private final Runnable onAnswer;
    private final long sinceNanos = System.nanoTime();
    private final AtomicReference<@Nullable Result> result = new AtomicReference<>();

    Pending(Envelope envelope, Thread caller, Runnable onAnswer) {
        this.envelope = envelope;
        this.caller = caller;
        this.onAnswer = onAnswer;
    }

    Envelope envelope() {
        return envelope;
    }

    /// The outcome, once it is known.
    public @Nullable Result result() {
        return result.get();
    }

    void answer(Result outcome) {
        if (result.compareAndSet(null, outcome)) {
            onAnswer.run();
            LockSupport.unpark(caller);
        }
    }

    /// Waits for the outcome, on the thread that appended. Somebody answers sooner or later: waiting has no time limit,
    /// because a timer for each append would cost more than the append.
    Result await() throws InterruptedException {
        Result outcome = result.get();
        while (outcome == null) {
            LockSupport.park(this);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            outcome = result.get();
        }
        return outcome;
    }

    /// Whether it was handed in longer ago than this.
    boolean isOlderThan(Duration age) {
        return System.nanoTime() - sinceNanos > age.toNanos();
    }
}
