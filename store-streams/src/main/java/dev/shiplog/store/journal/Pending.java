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

    /// Waits for the outcome, on the thread that appended.
    @Nullable
    Result await(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (result.get() == null) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return null;
            }
            LockSupport.parkNanos(this, left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return result.get();
    }
}
