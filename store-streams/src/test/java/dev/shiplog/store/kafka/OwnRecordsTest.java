package dev.shiplog.store.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.store.journal.Journal.Stored;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OwnRecordsTest {
    private final OwnRecords own = new OwnRecords();

    @Test
    void whatFollowsOnEachOtherIsTakenTogether() throws Exception {
        own.register(() -> {});
        acknowledged(4, 5, 6, 9);

        assertThat(own.take(5, Duration.ZERO)).extracting(Stored::offset).containsExactly(5L, 6L);
        assertThat(own.take(9, Duration.ZERO)).extracting(Stored::offset).containsExactly(9L);
    }

    @Test
    void aGapIsNotWaitedFor() throws Exception {
        own.register(() -> {});
        acknowledged(7);

        long begun = System.nanoTime();
        assertThat(own.take(6, Duration.ofSeconds(20))).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void withoutAReaderNothingIsKept() throws Exception {
        acknowledged(0);
        own.register(() -> {});

        assertThat(own.take(0, Duration.ZERO)).isEmpty();
    }

    private void acknowledged(long... offsets) {
        for (long offset : offsets) {
            own.acknowledged(new Stored(offset, 0, new byte[1]), false);
        }
    }
}
