package dev.shiplog.store.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shiplog.store.journal.Journal.Stored;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OwnRecordsTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int ANSWER_MAX_SECONDS = 30;

    private final OwnRecords own = new OwnRecords(Duration.ZERO, LONG);

    @Test
    void whatFollowsOnEachOtherIsTakenTogether() {
        own.register(() -> {});
        acknowledged(4, 5, 6, 9);

        assertThat(own.take(5)).extracting(Stored::offset).containsExactly(5L, 6L);
        assertThat(own.take(9)).extracting(Stored::offset).containsExactly(9L);
    }

    @Test
    void aGapIsNotWaitedFor() throws Exception {
        own.register(() -> {});
        acknowledged(7);
        own.sent();

        FutureTask<List<Stored>> reader = new FutureTask<>(() -> own.await(6));
        Thread.ofPlatform().start(reader);

        assertThat(reader.get(ANSWER_MAX_SECONDS, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void whatIsUnderWayIsWaitedFor() throws Exception {
        own.register(() -> {});
        own.sent();
        FutureTask<List<Stored>> reader = waitingReader(3);

        own.acknowledged(stored(3));

        assertThat(reader.get(ANSWER_MAX_SECONDS, TimeUnit.SECONDS))
                .extracting(Stored::offset)
                .containsExactly(3L);
    }

    @Test
    void whatHasFailedIsNotWaitedFor() throws Exception {
        own.register(() -> {});
        own.sent();
        FutureTask<List<Stored>> reader = waitingReader(3);

        own.failed();

        assertThat(reader.get(ANSWER_MAX_SECONDS, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void readersThatAskTheBrokerAreToldOnceNothingIsUnderWay() {
        int[] told = {0};
        own.register(() -> told[0]++);
        own.sent();
        own.sent();

        own.acknowledged(stored(0));
        assertThat(told[0]).isZero();

        own.acknowledged(stored(1));
        assertThat(told[0]).isEqualTo(1);
    }

    @Test
    void withoutAReaderNothingIsKept() {
        acknowledged(0);
        own.register(() -> {});

        assertThat(own.take(0)).isEmpty();
    }

    private FutureTask<List<Stored>> waitingReader(long offset) {
        FutureTask<List<Stored>> reader = new FutureTask<>(() -> own.await(offset));
        Thread thread = Thread.ofPlatform().start(reader);
        await().until(() -> reader.isDone() || thread.getState() == Thread.State.TIMED_WAITING);
        return reader;
    }

    private void acknowledged(long... offsets) {
        for (long offset : offsets) {
            own.sent();
            own.acknowledged(stored(offset));
        }
    }

    private static Stored stored(long offset) {
        return new Stored(offset, 0, new byte[1]);
    }
}
