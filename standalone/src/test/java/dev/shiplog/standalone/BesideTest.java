package dev.shiplog.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class BesideTest {
    private static final Set<Thread.State> WAITING = EnumSet.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);

    @Test
    void workGoesOnBesideItsStarterWhichGetsWhatCameOfIt() throws Exception {
        var began = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        try (var beside = new Beside()) {
            Beside.Outcome<String> outcome = beside.begin(() -> {
                began.countDown();
                mayEnd.await();
                return "done";
            });
            began.await();
            mayEnd.countDown();

            assertThat(outcome.get()).isEqualTo("done");
        }
    }

    /// A refusal has an exit code of its own, which must not be lost on the way.
    @Test
    void whoeverNeedsTheOutcomeFailsAsTheWorkFailed() {
        var refused = new Stop(ExitCode.REFUSED, "the port is taken");
        try (var beside = new Beside()) {
            Beside.Outcome<Void> outcome = beside.begin(() -> {
                throw refused;
            });

            assertThatThrownBy(outcome::get).isSameAs(refused);
        }
    }

    /// The work ends only once its starter waits for it.
    @Test
    void nothingIsLeftRunningWhenAStartFailed() {
        Thread starter = Thread.currentThread();
        var over = new AtomicBoolean();
        var ended = new AtomicBoolean();
        try {
            assertThatThrownBy(() -> {
                        try (var beside = new Beside()) {
                            beside.begin(() -> {
                                while (!over.get() && !WAITING.contains(starter.getState())) {
                                    Thread.onSpinWait();
                                }
                                ended.set(!over.get());
                                return "";
                            });
                            throw new IOException("the broker does not start");
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThat(ended).isTrue();
        } finally {
            over.set(true);
        }
    }
}
