package dev.shiplog.store.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Change;
import dev.shiplog.store.Past;
import dev.shiplog.store.PastNotReady;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.checkpoint.CheckpointWriter;
import dev.shiplog.store.checkpoint.JournalPast;
import dev.shiplog.store.checkpoint.MemoryStorage;
import dev.shiplog.store.journal.Journal;
import dev.shiplog.store.journal.MemoryJournal;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.journal.ViewFollower;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a host makes of its directory, whatever is in it: the past of the journal that there is.
class HistoryHostTest {
    private static final Instant STAMP = Instant.ofEpochMilli(1_000);
    private static final Duration WITHIN = Duration.ofSeconds(30);
    private static final int WINDOW = 50;

    @TempDir
    Path directory;

    /// A journal, its checkpoints, and a view of all that was ever in it.
    private static final class Store {
        private final MemoryJournal journal;
        private final MemoryStorage storage = new MemoryStorage();
        private final Tale tale;
        private final ViewFollower all = new ViewFollower(StoreName.MAIN, State.EMPTY);

        Store(UUID topic, long seed) {
            journal = new MemoryJournal(StoreName.MAIN, topic, () -> STAMP);
            tale = new Tale(seed);
        }

        Store goesOn(int records) {
            tale.goesOn(records);
            List<Journal.Stored> told = tale.replica.journal();
            told.subList(Math.toIntExact(journal.end()), told.size()).forEach(stored -> journal.append(stored.bytes()));
            read(all);
            return this;
        }

        void checkpoint() throws IOException {
            new CheckpointWriter(StoreName.MAIN, journal.topicId(), storage).write(all.state(), List.of());
        }

        /// A view that begins at a state and has caught up.
        ViewFollower viewFrom(State begin) {
            var view = new ViewFollower(StoreName.MAIN, begin, WINDOW);
            read(view);
            return view;
        }

        void read(ViewFollower view) {
            try {
                view.apply(journal.read(view.state().position() + 1, Integer.MAX_VALUE));
            } catch (RevisionGone gone) {
                throw new AssertionError(gone);
            }
        }

        HistoryHost past(Path directory, ViewFollower view) {
            var host = new HistoryHost(directory, new JournalPast(journal, storage), view);
            host.start();
            return host;
        }

        /// Waits until everything is known, and compares some of it.
        void assertKnown(HistoryHost past, long from) throws Exception {
            long newest = all.snapshot().revision();
            await().atMost(WITHIN).until(() -> past.reached() >= newest);
            for (long revision = from; revision <= newest; revision += 1 + (newest - from) / 20) {
                assertThat(past.at(revision).hash()).isEqualTo(all.at(revision).hash());
            }
            Past.Page page = past.changes("", "pods", from, Integer.MAX_VALUE);
            assertThat(page.reached()).isGreaterThanOrEqualTo(newest);
            assertThat(page.changes())
                    .isEqualTo(all.changesAfter(from, Integer.MAX_VALUE).stream()
                            .flatMap(List::stream)
                            .filter(change -> change.key().resource().equals("pods"))
                            .toList());
        }

        /// Indexes everything, as a process that lives until then.
        void indexed(Path directory) throws Exception {
            try (HistoryHost past = past(directory, viewFrom(State.EMPTY))) {
                assertKnown(past, 0);
            }
        }
    }

    private final Store store = new Store(new UUID(3, 3), 1);

    @Test
    void goesAlongBehindTheView() throws Exception {
        ViewFollower view = store.goesOn(100).viewFrom(State.EMPTY);
        try (HistoryHost past = store.past(directory, view)) {
            store.assertKnown(past, 0);
            for (int i = 0; i < 5; i++) {
                store.goesOn(40);
                store.read(view);
                store.assertKnown(past, 0);
            }
        }
    }

    /// What it did not see while the process was away lies before the view's window: it comes from the journal.
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void whatItMissedIsReadFromTheJournal(long seed) throws Exception {
        var random = new Random(seed);
        for (int life = 0; life < 3; life++) {
            store.goesOn(50 + random.nextInt(200));
            store.checkpoint();
            store.goesOn(random.nextInt(300));
            if (random.nextBoolean()) {
                store.checkpoint();
            }
            store.indexed(directory);
        }
    }

    @Test
    void anEmptyDirectoryIsFilledFromTheStartOfTheJournal() throws Exception {
        store.goesOn(500).checkpoint();
        try (HistoryHost past = store.past(directory, store.viewFrom(store.all.state()))) {
            store.assertKnown(past, 0);
        }
    }

    @Test
    void aTruncatedJournalIsIndexedFromItsOldestCheckpoint() throws Exception {
        store.goesOn(300).checkpoint();
        State oldest = store.all.state();
        store.goesOn(200).checkpoint();
        store.journal.deleteRecords(oldest.position() + 1);
        try (HistoryHost past = store.past(directory, store.viewFrom(store.all.state()))) {
            store.assertKnown(past, oldest.revision());
            assertThatThrownBy(() -> past.at(oldest.revision() - 1))
                    .isInstanceOfSatisfying(
                            RevisionGone.class,
                            gone -> assertThat(gone.oldest()).isEqualTo(oldest.revision()));
        }
    }

    /// The journal still has what comes next, but no checkpoint is so old that it could be judged.
    @Test
    void anIndexThatNoCheckpointReachesBackToIsMadeAnew() throws Exception {
        store.goesOn(100).indexed(directory);
        store.goesOn(300).checkpoint();
        State oldest = store.all.state();
        store.goesOn(200).checkpoint();
        store.journal.deleteRecords(50);

        try (HistoryHost past = store.past(directory, store.viewFrom(store.all.state()))) {
            store.assertKnown(past, oldest.revision());
        }
    }

    @Test
    void theIndexOfAnotherJournalIsNotUsed() throws Exception {
        new Store(new UUID(4, 4), 2).goesOn(200).indexed(directory);

        store.goesOn(300).indexed(directory);
    }

    /// A journal that lost its end and went on another way, in the same topic.
    @ParameterizedTest(name = "then {0} more records")
    @ValueSource(ints = {0, 20, 100, 400})
    void whatTheJournalHasLostIsForgotten(int more) throws Exception {
        var lost = new Store(new UUID(3, 3), 1);
        lost.goesOn(200);
        lost.indexed(directory);

        // The same beginning, and another end.
        var stays = new Store(new UUID(3, 3), 5);
        stays.goesOn(199 - more / 4).goesOn(more);
        stays.checkpoint();
        stays.indexed(directory);
        try (HistoryHost past = stays.past(directory, stays.viewFrom(stays.all.state()))) {
            stays.assertKnown(past, 0);
        }
    }

    /// The same, so soon that the view's window still holds where the index ends.
    @Test
    void whatTheJournalHasJustLostIsForgotten() throws Exception {
        new Store(new UUID(3, 3), 1).goesOn(200).indexed(directory);

        store.goesOn(195);
        store.tale.turns(2);
        store.goesOn(10).indexed(directory);
    }

    @Test
    void aDamagedIndexIsMadeAnew() throws Exception {
        store.goesOn(3_000).indexed(directory);
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith("MANIFEST") || name.endsWith(".sst") || name.equals("CURRENT")) {
                    Files.write(file, new byte[] {1, 2, 3});
                }
            }
        }
        store.indexed(directory);
    }

    @Test
    void beforeItIsThereItSaysSo() {
        store.goesOn(10);
        try (var past = new HistoryHost(
                directory, new JournalPast(store.journal, store.storage), store.viewFrom(State.EMPTY))) {
            assertThatThrownBy(() -> past.at(1)).isInstanceOf(PastNotReady.class);
            assertThatThrownBy(() -> past.changes("", "pods", 0, 1)).isInstanceOf(PastNotReady.class);
        }
    }

    @Test
    void aPageEndsWhereItSays() throws Exception {
        store.goesOn(200);
        try (HistoryHost past = store.past(directory, store.viewFrom(State.EMPTY))) {
            store.assertKnown(past, 0);
            Past.Page page = past.changes("", "pods", 0, 3);
            assertThat(page.changes()).hasSize(3);
            assertThat(page.reached())
                    .isEqualTo(page.changes().stream()
                            .mapToLong(Change::revision)
                            .max()
                            .orElseThrow());
        }
    }
}
