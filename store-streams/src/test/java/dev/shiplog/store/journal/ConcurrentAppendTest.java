package dev.shiplog.store.journal;

import static dev.shiplog.store.journal.Sample.draft;
import static dev.shiplog.store.journal.Sample.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// A whole store in memory with its real threads.
class ConcurrentAppendTest {
    private static final int CALLERS = 64;
    private static final int APPENDS = 200;

    @Test
    void everyCallerIsAnsweredAndReadsItsOwnWrites() throws Exception {
        var journal = new MemoryJournal(StoreName.MAIN, UUID.randomUUID(), Instant::now);
        var follower = new ViewFollower(StoreName.MAIN, State.EMPTY);
        var seams = new AppenderSeams(UUID::randomUUID, (_, task) -> task.run(), () -> null, Long::toHexString);
        Set<Long> revisions = ConcurrentHashMap.newKeySet();
        follower.start(journal, why -> {
            throw new AssertionError(why);
        });

        try (follower;
                var appender = JournalAppender.over(journal, follower, AppenderSettings.of("test"), seams);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Void>> callers = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                String name = "caller-" + caller;
                callers.add(() -> {
                    long revision = 0;
                    for (int i = 0; i < APPENDS; i++) {
                        Result result = appender.append(draft(put(name, revision, "x" + i)));
                        revision = ((Result.Committed) result).to();
                        assertThat(follower.state().revisionOf(Sample.key(name)))
                                .isEqualTo(revision);
                        assertThat(appender.latest(Duration.ofSeconds(10)).revision())
                                .isGreaterThanOrEqualTo(revision);
                        revisions.add(revision);
                    }
                    return null;
                });
            }
            for (Future<Void> answered : threads.invokeAll(callers)) {
                answered.get();
            }
        }

        assertThat(revisions).hasSize(CALLERS * APPENDS);
        assertThat(follower.state().revision()).isEqualTo(CALLERS * APPENDS);
    }
}
