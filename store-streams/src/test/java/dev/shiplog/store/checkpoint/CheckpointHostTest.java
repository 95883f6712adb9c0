package dev.shiplog.store.checkpoint;

import static dev.shiplog.store.journal.Sample.put;
import static dev.shiplog.store.journal.Sample.transaction;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.journal.MemoryJournal;
import dev.shiplog.store.journal.Replica;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.journal.ViewFollower;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CheckpointHostTest {

    @Test
    void writesWhatTheFollowerHasAppliedAndNothingTwice() throws Exception {
        var journal = new MemoryJournal(StoreName.MAIN, new UUID(3, 3), Instant::now);
        var storage = new MemoryStorage();
        var follower = new ViewFollower(StoreName.MAIN, State.EMPTY);
        Replica replica = Replica.opened();
        replica.given(transaction(List.of(), put("a", 0, "x")));
        follower.apply(replica.journal());

        try (var host = CheckpointHost.start(
                follower, journal, storage, new Boot.From(State.EMPTY, 0, List.of()), Duration.ofDays(7))) {
            assertThat(host.checkpoint()).isEqualTo(1);
            assertThat(host.checkpoint()).isEqualTo(1);
        }

        assertThat(storage.kept).hasSize(1);
        var extent = new Boot.Extent(StoreName.MAIN, journal.topicId(), 0, 2);
        assertThat(new CheckpointReader(extent, List.of(storage)).newest())
                .isInstanceOfSatisfying(Boot.From.class, from -> {
                    assertThat(from.state().hash()).isEqualTo(follower.state().hash());
                    assertThat(from.samples()).extracting("revision").containsExactly(1L);
                });
    }
}
