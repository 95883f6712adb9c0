package dev.shiplog.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shiplog.schemas.StoreName;
import dev.shiplog.standalone.SeenRegistry.Seen;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A directory refuses a journal that has less than was seen in it (DESIGN, store protocol 8).
final class SeenRegistryTest {
    private static final UUID TOPIC = new UUID(7, 7);

    @TempDir
    private Path directory = Path.of("");

    /// Journals of which a process shows one revision until it catches up with the other.
    private static final class Shown implements SeenRegistry.Journals {
        private final Map<StoreName, Long> revisions = new EnumMap<>(StoreName.class);
        private final UUID topic;
        private final long end;
        private int caughtUp;

        Shown(UUID topic, long shown, long end) {
            this.topic = topic;
            this.end = end;
            for (StoreName store : StoreName.values()) {
                revisions.put(store, shown);
            }
        }

        @Override
        public Seen shown(StoreName store) {
            return new Seen(topic, revisions.getOrDefault(store, 0L));
        }

        @Override
        public void catchUp(StoreName store) {
            caughtUp++;
            revisions.put(store, end);
        }
    }

    private Path file() {
        return directory.resolve("seen.json");
    }

    /// What a process leaves that has seen a revision.
    private void seen(long revision) throws Exception {
        var registry = new SeenRegistry(file(), new Shown(TOPIC, revision, revision));
        registry.start();
        registry.close();
    }

    @Test
    void aJournalThatEndsBeforeWhatWasSeenIsRefused() throws Exception {
        seen(2_272);

        assertThatThrownBy(() -> new SeenRegistry(file(), new Shown(TOPIC, 2_094, 2_094)).start())
                .isInstanceOfSatisfying(
                        Stop.class, stop -> assertThat(stop.code()).isEqualTo(ExitCode.REFUSED))
                .hasMessageContaining("ends at revision 2094, and revision 2272 was seen in it before");
    }

    /// A sibling wrote and noted more while this process started.
    @Test
    void whatASiblingHasSeenSinceIsWaitedFor() throws Exception {
        seen(2_272);
        var behind = new Shown(TOPIC, 2_094, 2_300);

        try (var registry = new SeenRegistry(file(), behind)) {
            registry.start();
        }

        assertThat(behind.caughtUp).isEqualTo(StoreName.values().length);
    }

    @Test
    void nobodyWaitsWhoHasSeenItAll() throws Exception {
        seen(10);
        var ahead = new Shown(TOPIC, 11, 11);

        try (var registry = new SeenRegistry(file(), ahead)) {
            registry.start();
        }

        assertThat(ahead.caughtUp).isZero();
    }

    @Test
    void anotherTopicOfTheSameNameIsRefused() throws Exception {
        seen(5);

        assertThatThrownBy(() -> new SeenRegistry(file(), new Shown(new UUID(8, 8), 9, 9)).start())
                .isInstanceOf(Stop.class)
                .hasMessageContaining("was the topic " + TOPIC + " when it was last seen");
    }

    @Test
    void theHighestRevisionOfAllProcessesStays() throws Exception {
        var slow = new Shown(TOPIC, 5, 5);
        var registry = new SeenRegistry(file(), slow);
        registry.start();
        seen(20);
        slow.revisions.put(StoreName.MAIN, 8L);
        registry.close();

        assertThatThrownBy(() -> new SeenRegistry(file(), new Shown(TOPIC, 8, 8)).start())
                .isInstanceOf(Stop.class);
    }

    @Test
    void aDamagedFileIsWrittenAnew() throws Exception {
        Files.writeString(file(), "{\"main\":{\"topicId\":\"?\"");

        seen(3);

        assertThat(Files.readString(file())).contains(TOPIC.toString());
    }
}
