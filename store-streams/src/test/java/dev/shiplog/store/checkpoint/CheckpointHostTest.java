package dev.shiplog.store.checkpoint;

import static dev.shiplog.store.journal.Sample.put;
import static dev.shiplog.store.journal.Sample.transaction;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.journal.Journal;
import dev.shiplog.store.journal.MemoryJournal;
import dev.shiplog.store.journal.Replica;
import dev.shiplog.store.journal.Sample;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.journal.ViewFollower;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CheckpointHostTest {

    @Test
    void writesWhatTheFollowerHasAppliedAndNothingTwice() throws Exception {
        var journal = new MemoryJournal(StoreName.MAIN, new UUID(3, 3), Instant::now);
        var storage = new MemoryStorage();
        ViewFollower follower = followerOfOneObject();

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

    /// What was written stands, whether or not older ones can be deleted. Otherwise the same state would be written
    /// again with each look, and never deleted.
    @Test
    void aCheckpointIsDoneAlthoughOlderOnesCannotBeDeleted() throws Exception {
        var journal = new MemoryJournal(StoreName.MAIN, new UUID(3, 3), Instant::now);
        var storage = new MemoryStorage() {
            @Override
            public void retain(int count) throws IOException {
                throw new IOException("not allowed");
            }
        };

        try (var host = CheckpointHost.start(
                followerOfOneObject(),
                journal,
                storage,
                new Boot.From(State.EMPTY, 0, List.of()),
                Duration.ofDays(7))) {
            assertThat(host.checkpoint()).isEqualTo(1);
            assertThat(host.checkpoint()).isEqualTo(1);
        }
        assertThat(storage.kept).hasSize(1);
    }

    private static ViewFollower followerOfOneObject() {
        var follower = new ViewFollower(StoreName.MAIN, State.EMPTY);
        Replica replica = Replica.opened();
        replica.given(transaction(List.of(), put("a", 0, "x")));
        follower.apply(replica.journal());
        return follower;
    }

    private static final long HOUR = Duration.ofHours(1).toMillis();

    /// A journal of one record an hour, and its follower.
    private static final class Hours implements AutoCloseable {
        private final AtomicLong now = new AtomicLong(1_000_000_000L);
        private final MemoryJournal journal =
                new MemoryJournal(StoreName.EPHEMERAL, new UUID(3, 3), () -> Instant.ofEpochMilli(now.get()));
        private final MemoryStorage storage = new MemoryStorage();
        private final ViewFollower follower = new ViewFollower(StoreName.EPHEMERAL, State.EMPTY);
        private final CheckpointHost host = CheckpointHost.start(
                follower, journal, storage, new Boot.From(State.EMPTY, 0, List.of()), Duration.ofDays(7));
        private long sequence;

        Hours() throws Exception {
            append(Sample.open());
        }

        void append(dev.shiplog.journal.Body body) throws Exception {
            Journal.Stored stored = journal.append(Sample.bytes(Sample.WRITER, ++sequence, body));
            follower.apply(List.of(stored));
        }

        void pass(int hours) throws Exception {
            for (int hour = 0; hour < hours; hour++) {
                now.addAndGet(HOUR);
                append(transaction(List.of(), put("h" + sequence, 0, "x")));
            }
        }

        @Override
        public void close() {
            host.close();
        }
    }

    @Test
    void truncationKeepsSevenDays() throws Exception {
        try (var hours = new Hours()) {
            for (int day = 0; day < 12; day++) {
                hours.pass(24);
                hours.host.checkpoint();
                hours.host.truncate();
            }

            // The end is at hour 288; what is older than 168 hours goes as far as there is a checkpoint's sample.
            assertThat(hours.journal.start()).isEqualTo(4 * 24 + 1);
            assertThatThrownBy(() -> hours.journal.read(4 * 24, 1)).isInstanceOf(RevisionGone.class);
            assertThat(boot(hours)).isInstanceOf(Boot.From.class);
        }
    }

    @Test
    void truncationStopsAtTheOlderOfTheTwoCheckpoints() throws Exception {
        try (var hours = new Hours()) {
            hours.pass(24);
            hours.host.checkpoint();
            hours.pass(24 * 30);
            hours.host.truncate();
            assertThat(hours.journal.start()).as("with one checkpoint").isZero();

            hours.host.checkpoint();
            hours.host.truncate();
            assertThat(hours.journal.start()).isEqualTo(25);

            hours.storage.kept.removeLast();
            assertThat(boot(hours))
                    .as("the older one still serves")
                    .isInstanceOfSatisfying(
                            Boot.From.class,
                            from -> assertThat(from.state().position()).isEqualTo(24));
        }
    }

    /// The newest checkpoint of the topic is what counts, not where this process began.
    @Test
    void anOwnerThatBeganAtALocalFileRecallsTheCheckpointsOfTheTopic() throws Exception {
        try (var hours = new Hours()) {
            hours.pass(24);
            hours.host.checkpoint();
            hours.pass(24 * 30);
            Boot.From warm = new Boot.From(hours.follower.state(), 10, List.of());
            try (var successor =
                    CheckpointHost.start(hours.follower, hours.journal, hours.storage, warm, Duration.ofDays(7))) {
                hours.pass(1);
                successor.checkpoint();
                successor.truncate();
            }

            assertThat(hours.journal.start()).isLessThanOrEqualTo(25);
            hours.storage.kept.removeLast();
            assertThat(boot(hours)).isInstanceOf(Boot.From.class);
        }
    }

    @Test
    void aJournalThatIsTruncatedGetsACheckpointADay() {
        assertThat(CheckpointPolicy.isDueToTruncate(23 * HOUR)).isFalse();
        assertThat(CheckpointPolicy.isDueToTruncate(24 * HOUR)).isTrue();
    }

    private static Boot boot(Hours hours) throws IOException {
        var extent = new Boot.Extent(
                StoreName.EPHEMERAL, hours.journal.topicId(), hours.journal.start(), hours.journal.end());
        return new CheckpointReader(extent, List.of(hours.storage)).newest();
    }
}
