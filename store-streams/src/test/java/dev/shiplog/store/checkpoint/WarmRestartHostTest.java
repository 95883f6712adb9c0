package dev.shiplog.store.checkpoint;

import static dev.shiplog.store.journal.Sample.delete;
import static dev.shiplog.store.journal.Sample.put;
import static dev.shiplog.store.journal.Sample.transaction;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Entry;
import dev.shiplog.store.journal.Journal;
import dev.shiplog.store.journal.Replica;
import dev.shiplog.store.journal.Rule;
import dev.shiplog.store.journal.Sample;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.journal.Step;
import dev.shiplog.store.journal.ViewFollower;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WarmRestartHostTest {
    private static final UUID TOPIC = new UUID(3, 3);
    private static final Boot.From NOTHING = new Boot.From(State.EMPTY, 0, List.of());

    @TempDir
    Path directory;

    private final Replica replica = Replica.opened();

    /// Random changes, of enough bytes that an orderly end writes a file.
    private void grow(int transactions, long seed) {
        var random = new Random(seed);
        for (int i = 0; i < transactions; i++) {
            String name = "n" + random.nextInt(40);
            Entry entry = replica.state().get(Sample.key(name));
            if (entry != null && random.nextInt(3) == 0) {
                replica.given(transaction(List.of(), delete(name, entry.revision())));
            } else {
                String value = "v".repeat(2_000 + random.nextInt(2_000));
                replica.given(transaction(List.of(), put(name, entry == null ? 0 : entry.revision(), value)));
            }
        }
    }

    private Boot.Extent extent(UUID topic) {
        return new Boot.Extent(StoreName.MAIN, topic, 0, replica.journal().size());
    }

    private Boot.@Nullable From found() {
        return new WarmRestartHost(directory, StoreName.MAIN).newest(extent(TOPIC));
    }

    private Boot.From boot() {
        return Objects.requireNonNull(found());
    }

    /// A process that boots, follows to the journal's end, and ends in order.
    private void live() {
        var warm = new WarmRestartHost(directory, StoreName.MAIN);
        Boot.From found = warm.newest(extent(TOPIC));
        Boot.From from = found == null ? NOTHING : found;
        var follower = new ViewFollower(StoreName.MAIN, from.state());
        warm.start(TOPIC, follower, from);
        follower.apply(tail(from.state()));
        assertSame(follower.state(), replica.state());
        warm.close();
    }

    private List<Journal.Stored> tail(State state) {
        return List.copyOf(replica.journal()
                .subList(
                        Math.toIntExact(state.position() + 1), replica.journal().size()));
    }

    private State replayed(State begin) {
        State state = begin;
        for (Journal.Stored stored : tail(begin)) {
            state = ((Step.Next) Rule.apply(state, stored)).state();
        }
        return state;
    }

    private static void assertSame(State actual, State expected) {
        assertThat(actual.all()).containsExactlyElementsOf(expected.all());
        assertThat(actual.hash()).isEqualTo(expected.hash());
        assertThat(actual.position()).isEqualTo(expected.position());
        assertThat(actual.revision()).isEqualTo(expected.revision());
        assertThat(actual.timeMillis()).isEqualTo(expected.timeMillis());
        assertThat(actual.sessions()).isEqualTo(expected.sessions());
        assertThat(actual.identity()).isEqualTo(expected.identity());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(directory.resolve("main"))) {
            return all.filter(file -> file.toString().endsWith(".checkpoint"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aBootFromTheFileIsAReplayFromTheStart(long seed) {
        for (int life = 0; life < 4; life++) {
            grow(60, seed * 100 + life);
            live();
            grow(15, seed * 1_000 + life);

            Boot.From warm = boot();

            assertThat(warm.state().position()).isPositive();
            assertSame(replayed(warm.state()), replayed(State.EMPTY));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void aFlippedBitAnywhereMakesTheOneBeforeServe(long seed) throws IOException {
        var random = new Random(seed);
        grow(60, seed);
        live();
        State older = boot().state();
        grow(60, seed + 1);
        live();
        try (var file = new RandomAccessFile(files().getLast().toFile(), "rw")) {
            long at = random.nextLong(file.length());
            file.seek(at);
            int was = file.read();
            file.seek(at);
            file.write(was ^ (1 << random.nextInt(8)));
        }

        assertSame(boot().state(), older);
        assertSame(replayed(boot().state()), replica.state());
    }

    @ParameterizedTest(name = "cut {0}")
    @ValueSource(doubles = {0, 0.1, 0.5, 0.999})
    void aFileThatBreaksOffIsPassedOver(double part) throws IOException {
        grow(60, 1);
        live();
        try (var file = new RandomAccessFile(files().getLast().toFile(), "rw")) {
            file.setLength((long) (file.length() * part));
        }

        assertThat(found()).isNull();
    }

    @Test
    void aFileOfZeroesAndOneWithAnotherNameArePassedOver() throws IOException {
        grow(60, 1);
        live();
        State whole = boot().state();
        Files.write(directory.resolve("main/%019d.checkpoint".formatted(99)), new byte[4_096]);
        Files.writeString(directory.resolve("main/notes.checkpoint"), "something else");

        assertSame(boot().state(), whole);
    }

    @Test
    void aFileOfAnotherTopicIsPassedOver() {
        grow(60, 1);
        live();

        assertThat(new WarmRestartHost(directory, StoreName.MAIN).newest(extent(new UUID(4, 4))))
                .isNull();
    }

    @Test
    void aFileOfTheOtherStoreIsPassedOver() throws IOException {
        grow(60, 1);
        live();
        Files.move(directory.resolve("main"), directory.resolve("ephemeral"));

        var extent = new Boot.Extent(StoreName.EPHEMERAL, TOPIC, 0, 1_000);
        assertThat(new WarmRestartHost(directory, StoreName.EPHEMERAL).newest(extent))
                .isNull();
    }

    @Test
    void aFileThatKnowsMoreThanTheJournalIsPassedOver() {
        grow(60, 1);
        live();

        var shorter = new Boot.Extent(StoreName.MAIN, TOPIC, 0, 30);
        assertThat(new WarmRestartHost(directory, StoreName.MAIN).newest(shorter))
                .isNull();
    }

    @Test
    void aFileFromBeforeTheJournalsStartIsPassedOver() {
        grow(60, 1);
        live();
        grow(20, 2);

        var later = new Boot.Extent(StoreName.MAIN, TOPIC, 75, replica.journal().size());
        assertThat(new WarmRestartHost(directory, StoreName.MAIN).newest(later)).isNull();
    }

    @Test
    void whatWasBrokenOffIsNoFile() throws IOException {
        grow(60, 1);
        Files.createDirectories(directory.resolve("main"));
        Files.write(directory.resolve("main/unfinished"), new byte[100]);

        assertThat(found()).isNull();
        live();
        assertSame(boot().state(), replica.state());
    }

    @Test
    void ofTwoOnOneDirectoryOneWrites() throws IOException {
        grow(60, 1);
        var first = new WarmRestartHost(directory, StoreName.MAIN);
        var second = new WarmRestartHost(directory, StoreName.MAIN);
        var follower = new ViewFollower(StoreName.MAIN, State.EMPTY);
        first.start(TOPIC, follower, NOTHING);
        second.start(TOPIC, follower, NOTHING);
        follower.apply(replica.journal());

        second.close();
        assertThat(files()).isEmpty();
        first.close();
        assertThat(files()).hasSize(1);
    }

    @Test
    void keepsTwoFiles() throws IOException {
        for (int life = 0; life < 4; life++) {
            grow(60, life);
            live();
        }

        assertThat(files()).hasSize(2);
        assertSame(boot().state(), replica.state());
    }

    @Test
    void aFileIsWorthItWhenTheTailIsLongForIt() {
        long megabyte = 1L << 20;

        assertThat(WarmPolicy.isDue(3 * megabyte, 0)).isFalse();
        assertThat(WarmPolicy.isDue(4 * megabyte, 0)).isTrue();
        assertThat(WarmPolicy.isDue(4 * megabyte, 33 * megabyte)).isFalse();
        assertThat(WarmPolicy.isDueAtEnd(63 << 10, 0)).isFalse();
        assertThat(WarmPolicy.isDueAtEnd(64 << 10, 0)).isTrue();
        assertThat(WarmPolicy.isDueAtEnd(64 << 10, megabyte)).isFalse();
    }
}
