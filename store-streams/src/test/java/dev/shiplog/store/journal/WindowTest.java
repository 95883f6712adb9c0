package dev.shiplog.store.journal;

import static dev.shiplog.store.journal.Sample.delete;
import static dev.shiplog.store.journal.Sample.put;
import static dev.shiplog.store.journal.Sample.transaction;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shiplog.journal.Jump;
import dev.shiplog.journal.Noop;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Applied;
import dev.shiplog.store.Change;
import dev.shiplog.store.Entry;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.View;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The past, the watches and the waits of a view.
class WindowTest {
    private final Replica replica = Replica.opened();
    private final ViewFollower view = new ViewFollower(StoreName.MAIN, State.EMPTY, 2_500);
    private int handedOn;

    private void handOn() {
        view.apply(List.copyOf(
                replica.journal().subList(handedOn, replica.journal().size())));
        handedOn = replica.journal().size();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void showsEveryRevisionOfTheWindowAsItWas(long seed) throws RevisionGone {
        var random = new Random(seed);
        Map<Long, State> past = new TreeMap<>();
        for (int step = 0; step < 6_000; step++) {
            String name = "n" + random.nextInt(200);
            long revision = replica.state().revisionOf(Sample.key(name));
            replica.given(transaction(
                    List.of(),
                    revision > 0 && random.nextInt(3) == 0 ? delete(name, revision) : put(name, revision, "v" + step)));
            past.put(replica.state().revision(), replica.state());
        }
        handOn();

        long newest = view.snapshot().revision();
        for (long revision = newest; revision > newest - 2_500; revision -= 7) {
            State then = requireNonNull(past.get(revision));
            assertThat(view.at(revision).hash()).isEqualTo(then.hash());
            assertThat(view.at(revision).position()).isEqualTo(then.position());
            assertThat(view.at(revision).revision()).isEqualTo(revision);
        }
        assertThat(view.at(newest - 700).all())
                .containsExactlyElementsOf(
                        requireNonNull(past.get(newest - 700)).all());
        assertThatThrownBy(() -> view.at(newest - 2_502)).isInstanceOf(RevisionGone.class);
    }

    @Test
    void showsTheMiddleOfATransaction() throws RevisionGone {
        replica.given(transaction(List.of(), put("a", 0, "1"), put("b", 0, "2"), put("c", 0, "3")));
        handOn();

        assertThat(view.at(2).get(Sample.key("b"))).isNotNull();
        assertThat(view.at(2).get(Sample.key("c"))).isNull();
        assertThat(view.at(0).all()).isEmpty();
    }

    @Test
    void showsRevisionsThatAJumpPassedOver() throws RevisionGone {
        replica.given(transaction(List.of(), put("a", 0, "1")));
        replica.given(new Jump(50));
        replica.given(transaction(List.of(), put("a", 1, "2")));
        handOn();

        assertThat(view.at(30).get(Sample.key("a"))).extracting("revision").isEqualTo(1L);
        assertThat(view.at(51).get(Sample.key("a"))).extracting("revision").isEqualTo(51L);
    }

    @Test
    void refusesAFutureRevision() {
        assertThatThrownBy(() -> view.at(7)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aWatchThatIsCutInTheMiddleOfATransactionMissesNothing() throws RevisionGone {
        replica.given(transaction(List.of(), put("a", 0, "1"), put("b", 0, "2"), put("c", 0, "3")));
        handOn();
        List<Long> seen = new ArrayList<>();

        view.followChanges(2, changes -> changes.forEach(change -> seen.add(change.revision())));
        replica.given(transaction(List.of(), put("d", 0, "4")));
        handOn();

        assertThat(seen).containsExactly(3L, 4L);
    }

    @Test
    void aWatchFromAFutureRevisionWaitsForIt() throws RevisionGone {
        List<Long> seen = new ArrayList<>();
        view.followChanges(2, changes -> changes.forEach(change -> seen.add(change.revision())));

        replica.given(transaction(List.of(), put("a", 0, "1"), put("b", 0, "2"), put("c", 0, "3")));
        handOn();

        assertThat(seen).containsExactly(3L);
    }

    @Test
    void aWatchCatchesUpOverManyRecordsAndGoesOn() throws RevisionGone {
        for (int i = 0; i < 1_500; i++) {
            replica.given(transaction(List.of(), put("n" + i, 0, "x")));
        }
        handOn();
        List<Change> seen = new ArrayList<>();

        View.Subscription watch = view.followChanges(10, seen::addAll);
        replica.given(transaction(List.of(), put("last", 0, "x")));
        handOn();
        watch.close();
        replica.given(transaction(List.of(), put("unseen", 0, "x")));
        handOn();

        assertThat(seen).hasSize(1_491);
        assertThat(seen).extracting(Change::revision).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aJumpIsTold() throws RevisionGone {
        List<Long> progress = new ArrayList<>();
        view.followChanges(0, new View.ChangeListener() {
            @Override
            public void changed(List<Change> changes) {}

            @Override
            public void progressed(long revision) {
                progress.add(revision);
            }
        });

        replica.given(new Jump(77));
        handOn();

        assertThat(progress).containsExactly(77L);
    }

    @Test
    void followsEveryRecordFromAPosition() throws RevisionGone {
        for (int i = 0; i < 600; i++) {
            replica.given(Noop.EMPTY);
        }
        handOn();
        List<Long> seen = new ArrayList<>();

        view.follow(3, applied -> seen.add(applied.position()));
        replica.given(Noop.EMPTY);
        handOn();

        assertThat(seen).hasSize(598).startsWith(4L).endsWith(601L).isSorted();
    }

    @Test
    void recordsThatLeftTheWindowAreGone() {
        for (int i = 0; i < Window.RECORDS_MAX + 10; i++) {
            replica.given(Noop.EMPTY);
        }
        handOn();

        assertThatThrownBy(() -> view.follow(0, (Applied _) -> {})).isInstanceOf(RevisionGone.class);
    }

    @Test
    void aWindowOfLargeValuesIsShorter() throws RevisionGone {
        var window = new Window(replica.state(), 100_000, 10_000);
        for (int i = 0; i < 20; i++) {
            Applied applied = replica.given(
                    Sample.WRITER,
                    10 + i,
                    transaction(List.of(), put("n", i, "").withValue(new byte[1_000])));
            window.add(replica.state(), applied);
        }

        assertThat(window.at(10).revision()).isEqualTo(10);
        assertThatThrownBy(() -> window.at(9)).isInstanceOf(RevisionGone.class);
        assertThat(window.recordsAfter(10, 100)).hasSize(10);
        assertThatThrownBy(() -> window.recordsAfter(9, 1)).isInstanceOf(RevisionGone.class);
    }

    @Test
    void waitsForAPositionAndARevision() throws Exception {
        Thread writer = Thread.startVirtualThread(() -> {
            replica.given(transaction(List.of(), put("a", 0, "1")));
            handOn();
        });

        assertThat(view.awaitPosition(1, Duration.ofSeconds(10)).position()).isEqualTo(1);
        assertThat(view.awaitRevision(1, Duration.ofSeconds(10)).revision()).isEqualTo(1);
        writer.join();
        assertThatThrownBy(() -> view.awaitRevision(2, Duration.ofMillis(5))).isInstanceOf(TimeoutException.class);
    }

    @Test
    void aForeignHashStopsTheFollower() {
        for (int i = 0; i < HashMark.EVERY; i++) {
            replica.given(Noop.EMPTY);
        }
        List<HashMark> marks = new ArrayList<>();
        view.onMark(marks::add);
        handOn();
        HashMark mark = marks.getFirst();

        view.compare(mark);
        assertThat(view.stopped()).isNull();

        view.compare(new HashMark(mark.store(), mark.position(), mark.revision(), "f".repeat(32)));
        assertThat(view.stopped()).contains("position " + mark.position());
    }

    private static HashMark markOf(State state) {
        return new HashMark(StoreName.MAIN, state.position(), state.revision(), state.hash());
    }

    /// Of a follower whose memory went wrong: it holds something that no record put there.
    private static State damaged(State state) {
        return state.loaded(new Entry(Sample.key("nobody-put-this"), 1, 0, new byte[] {1}));
    }

    @Test
    void aHashOfAPositionThatWasPassedIsHeldAgainstThePast() {
        replica.given(transaction(List.of(), put("a", 0, "1")));
        State then = replica.state();
        replica.given(transaction(List.of(), put("b", 0, "1")));
        handOn();

        view.compare(markOf(then));
        assertThat(view.stopped()).isNull();

        view.compare(markOf(damaged(then)));
        assertThat(view.stopped()).contains("position " + then.position());
    }

    @Test
    void aHashOfAPositionAheadIsComparedWhenTheFollowerIsThere() {
        replica.given(transaction(List.of(), put("a", 0, "1")));
        State ahead = replica.state();

        view.compare(markOf(damaged(ahead)));
        assertThat(view.stopped()).isNull();

        handOn();
        assertThat(view.stopped()).contains("position " + ahead.position());
    }

    @Test
    void aRevisionThatIsNotReachedAtItsPositionIsADifference() {
        replica.given(transaction(List.of(), put("a", 0, "1")));
        handOn();

        view.compare(new HashMark(
                StoreName.MAIN, view.state().position(), 5, view.state().hash()));

        assertThat(view.stopped()).contains("that of revision 1");
    }
}
