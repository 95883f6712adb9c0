package dev.shiplog.store.checkpoint;

import static dev.shiplog.store.journal.Sample.delete;
import static dev.shiplog.store.journal.Sample.put;
import static dev.shiplog.store.journal.Sample.transaction;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.journal.Identity;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Entry;
import dev.shiplog.store.journal.Replica;
import dev.shiplog.store.journal.RevisionSample;
import dev.shiplog.store.journal.Rule;
import dev.shiplog.store.journal.Sample;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.journal.Step;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
    private static final UUID TOPIC = new UUID(3, 3);
    private static final List<RevisionSample> NO_SAMPLES = List.of();

    private final Replica replica = Replica.opened();
    private final MemoryStorage storage = new MemoryStorage();
    private final CheckpointWriter writer = new CheckpointWriter(StoreName.MAIN, TOPIC, storage);

    private void grow(int transactions, long seed) {
        var random = new Random(seed);
        for (int i = 0; i < transactions; i++) {
            String name = "n" + random.nextInt(300);
            Entry entry = replica.state().get(Sample.key(name));
            if (entry == null) {
                replica.given(transaction(List.of(), put(name, 0, "value " + random.nextLong())));
            } else if (random.nextInt(3) == 0) {
                replica.given(transaction(List.of(), delete(name, entry.revision())));
            } else {
                replica.given(transaction(List.of(), put(name, entry.revision(), "v".repeat(random.nextInt(9_000)))));
            }
        }
    }

    private Boot boot(CheckpointStorage... storages) throws IOException {
        return new CheckpointReader(
                        new Boot.Extent(
                                StoreName.MAIN, TOPIC, 0, replica.state().position() + 1),
                        List.of(storages))
                .newest();
    }

    private State booted() throws IOException {
        return ((Boot.From) boot(storage)).state();
    }

    private static void assertSame(State actual, State expected) {
        assertThat(actual.all()).containsExactlyElementsOf(expected.all());
        assertThat(actual.stateHash()).isEqualTo(expected.stateHash());
        assertThat(actual.position()).isEqualTo(expected.position());
        assertThat(actual.revision()).isEqualTo(expected.revision());
        assertThat(actual.timeMillis()).isEqualTo(expected.timeMillis());
        assertThat(actual.rule()).isEqualTo(expected.rule());
        assertThat(actual.sessions()).isEqualTo(expected.sessions());
        assertThat(actual.identity()).isEqualTo(expected.identity());
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void bootGivesTheStateThatWasWritten(long seed) throws IOException {
        replica.given(new Identity("cluster", TOPIC.toString(), "parent", 7L));
        grow(2_000, seed);

        writer.write(replica.state(), NO_SAMPLES);

        assertThat(storage.kept.getFirst().chunks).hasSizeGreaterThan(1);
        assertSame(booted(), replica.state());
    }

    @Test
    void bootsAtTheJournalsStartWithoutACheckpoint() throws IOException {
        grow(3, 1);

        assertThat(booted()).isSameAs(State.EMPTY);
    }

    @Test
    void keepsTheLastTwo() throws IOException {
        List<Long> positions = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            grow(10, i);
            writer.write(replica.state(), NO_SAMPLES);
            positions.add(replica.state().position());
        }

        assertThat(storage.kept).hasSize(2);
        assertThat(booted().position()).isEqualTo(positions.getLast());
        storage.kept.removeLast();
        assertThat(booted().position()).isEqualTo(positions.get(2));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void aDamagedByteAnywhereMakesTheOneBeforeServe(long seed) throws IOException {
        var random = new Random(seed);
        grow(300, seed);
        writer.write(replica.state(), NO_SAMPLES);
        State older = replica.state();
        grow(300, seed + 1);
        writer.write(replica.state(), NO_SAMPLES);
        MemoryStorage.Kept newest = storage.kept.getLast();

        List<byte[]> pieces = new ArrayList<>(newest.chunks);
        pieces.add(newest.manifest);
        byte[] piece = pieces.get(random.nextInt(pieces.size()));
        piece[random.nextInt(piece.length)] ^= (byte) (1 << random.nextInt(8));

        assertSame(booted(), older);
    }

    @Test
    void aLostChunkMakesTheOneBeforeServe() throws IOException {
        grow(900, 1);
        writer.write(replica.state(), NO_SAMPLES);
        State older = replica.state();
        grow(300, 2);
        writer.write(replica.state(), NO_SAMPLES);

        storage.kept.getLast().chunks.removeFirst();

        assertSame(booted(), older);
    }

    /// A writer that dies after some piece, and one that dies before it gave up the oldest.
    private static final class DyingStorage implements CheckpointStorage {
        private final CheckpointStorage storage;
        private int piecesLeft;

        DyingStorage(CheckpointStorage storage, int piecesLeft) {
            this.storage = storage;
            this.piecesLeft = piecesLeft;
        }

        private void piece() throws IOException {
            if (piecesLeft-- == 0) {
                throw new IOException("the writer died");
            }
        }

        @Override
        public Upload begin() throws IOException {
            Upload upload = storage.begin();
            return new Upload() {
                @Override
                public void chunk(byte[] bytes) throws IOException {
                    piece();
                    upload.chunk(bytes);
                }

                @Override
                public void manifest(byte[] bytes) throws IOException {
                    piece();
                    upload.manifest(bytes);
                }

                @Override
                public void close() throws IOException {
                    upload.close();
                }
            };
        }

        @Override
        public List<Stored> stored() throws IOException {
            return storage.stored();
        }

        @Override
        public void retain(int count) throws IOException {
            piece();
            storage.retain(count);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void bootAfterACrashAtAnyPieceOfACheckpointIsAReplayFromTheStart(long seed, @TempDir Path directory)
            throws IOException {
        var random = new Random(seed);
        var files = new CheckpointFileRegistry(directory);
        for (int crash = 0; crash < 6; crash++) {
            grow(1 + random.nextInt(200), seed * 100 + crash);
            for (CheckpointStorage each : List.of(storage, files)) {
                var dying = new DyingStorage(each, random.nextInt(6));
                try {
                    new CheckpointWriter(StoreName.MAIN, TOPIC, dying).write(replica.state(), NO_SAMPLES);
                } catch (IOException died) {
                    assertThat(died).hasMessage("the writer died");
                }
            }
            grow(random.nextInt(50), seed * 1_000 + crash);

            for (CheckpointStorage each : List.of(storage, files)) {
                State state = ((Boot.From) boot(each)).state();
                for (var stored : replica.journal()
                        .subList(
                                Math.toIntExact(state.position() + 1),
                                replica.journal().size())) {
                    state = ((Step.Next) Rule.apply(state, stored)).state();
                }
                assertSame(state, replica.state());
            }
        }
    }

    @Test
    void refusesAJournalThatEndsBeforeItsCheckpoint() throws IOException {
        grow(20, 1);
        writer.write(replica.state(), NO_SAMPLES);

        Boot boot = new CheckpointReader(new Boot.Extent(StoreName.MAIN, TOPIC, 0, 10), List.of(storage)).newest();

        assertThat(boot).isInstanceOf(Boot.Refused.class);
    }

    @Test
    void refusesAnotherTopic() throws IOException {
        grow(20, 1);
        writer.write(replica.state(), NO_SAMPLES);

        Boot boot = new CheckpointReader(new Boot.Extent(StoreName.MAIN, new UUID(4, 4), 0, 1_000), List.of(storage))
                .newest();

        assertThat(boot).isInstanceOf(Boot.Refused.class);
    }

    @Test
    void refusesATruncatedJournalWithoutAWholeCheckpoint() throws IOException {
        Boot boot = new CheckpointReader(new Boot.Extent(StoreName.MAIN, TOPIC, 5, 100), List.of(storage)).newest();

        assertThat(boot).isInstanceOf(Boot.Refused.class);
    }

    @Test
    void findsTheNewestThatIsNotPastAPosition() throws IOException {
        grow(20, 1);
        writer.write(replica.state(), NO_SAMPLES);
        State older = replica.state();
        grow(20, 2);
        writer.write(replica.state(), NO_SAMPLES);

        Boot boot = new CheckpointReader(
                        new Boot.Extent(
                                StoreName.MAIN, TOPIC, 0, replica.state().position() + 1),
                        List.of(storage))
                .atMost(older.position() + 3);

        assertSame(((Boot.From) boot).state(), older);
    }

    @Test
    void filesServeLikeTheTopic(@TempDir Path directory) throws IOException {
        var files = new CheckpointFileRegistry(directory.resolve("warm"));
        var fileWriter = new CheckpointWriter(StoreName.MAIN, TOPIC, files);
        grow(800, 1);
        fileWriter.write(replica.state(), NO_SAMPLES);
        State older = replica.state();
        grow(50, 2);
        fileWriter.write(replica.state(), NO_SAMPLES);

        assertSame(((Boot.From) boot(storage, files)).state(), replica.state());

        try (var names = Files.list(directory.resolve("warm"))) {
            Path newest = names.sorted().toList().getLast();
            try (var file = new RandomAccessFile(newest.toFile(), "rw")) {
                file.setLength(file.length() / 2);
            }
        }
        assertSame(((Boot.From) boot(storage, files)).state(), older);
    }

    @Test
    void samplesGrowThinnerInsteadOfMore() {
        List<RevisionSample> old = LongStream.range(0, 4_000)
                .mapToObj(i -> new RevisionSample(i * 10, i, i))
                .toList();
        List<RevisionSample> more = LongStream.range(3_990, 5_000)
                .mapToObj(i -> new RevisionSample(i * 10, i, i))
                .toList();

        List<RevisionSample> merged = Manifest.merged(old, more);

        assertThat(merged).hasSize(2_500).isSortedAccordingTo((a, b) -> Long.compare(a.revision(), b.revision()));
        assertThat(merged.getFirst().revision()).isZero();
    }

    @Test
    void aCheckpointIsDueWhenTheTailIsAsLongAsTheLastOne() {
        long megabyte = 1L << 20;

        assertThat(CheckpointPolicy.isDue(63 * megabyte, 0)).isFalse();
        assertThat(CheckpointPolicy.isDue(64 * megabyte, 0)).isTrue();
        assertThat(CheckpointPolicy.isDue(99 * megabyte, 100 * megabyte)).isFalse();
        assertThat(CheckpointPolicy.isDue(100 * megabyte, 100 * megabyte)).isTrue();
    }
}
