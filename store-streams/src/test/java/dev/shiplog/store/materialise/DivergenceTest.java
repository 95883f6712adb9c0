package dev.shiplog.store.materialise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Entry;
import dev.shiplog.store.broker.KafkaUser;
import dev.shiplog.store.checkpoint.CheckpointFileRegistry;
import dev.shiplog.store.checkpoint.CheckpointWriter;
import dev.shiplog.store.journal.JournalAppender;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.kafka.TestCluster;
import dev.shiplog.store.kafka.ViewsHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

@Tag("full")
class DivergenceTest {
    @TempDir(cleanup = CleanupMode.NEVER)
    Path directory;

    /// The hashes go through the topic `progress`, as they do between processes. The process that differs begins at a
    /// local file that was written by a memory gone wrong: it is whole, fits the journal, and is not what
    /// replay gives.
    @Test
    void aFollowerWhoseStateDiffersFromTheOwnersStops() throws Exception {
        AtomicReference<String> soundStopped = new AtomicReference<>();
        AtomicReference<String> wrongStopped = new AtomicReference<>();
        try (TestCluster cluster = TestCluster.start(directory);
                ViewsHost owner = cluster.views(KafkaUser.API_SERVER);
                StoreHost store = StoreHost.start(
                        StoreSettings.of(TestCluster.PARTITIONS),
                        cluster.endpoint(KafkaUser.STORE),
                        cluster.registry(),
                        owner);
                JournalAppender appender = TestCluster.appender(owner, "test")) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> store.materialiser(StoreName.MAIN).working());
            appender.append(TestCluster.configMap("a", "one", 0, "1"));
            Path warm = wrongFile(owner.of(StoreName.MAIN));
            try (ViewsHost sound = ViewsHost.start(
                            cluster.endpoint(KafkaUser.COMPONENTS), TestCluster.PATIENCE, soundStopped::set);
                    ViewsHost wrong = ViewsHost.start(
                            cluster.endpoint(KafkaUser.COMPONENTS), warm, TestCluster.PATIENCE, wrongStopped::set)) {
                appender.append(TestCluster.configMap("a", "two", 0, "1"));
                State marked = owner.of(StoreName.MAIN).view().state();
                owner.of(StoreName.MAIN).view().announce(marked);

                await().atMost(Duration.ofSeconds(60)).until(() -> wrongStopped.get() != null);
                assertThat(wrongStopped.get())
                        .contains("at position " + marked.position())
                        .contains(marked.hash());
                appender.append(TestCluster.configMap("a", "three", 0, "1"));
                State later = owner.of(StoreName.MAIN).view().state();
                sound.of(StoreName.MAIN).view().awaitPosition(later.position(), TestCluster.PATIENCE);
                assertThat(wrong.of(StoreName.MAIN).view().state().position()).isLessThan(later.position());
                assertThat(soundStopped.get()).isNull();
            }
        }
    }

    private Path wrongFile(ViewsHost.Followed followed) throws Exception {
        State sound = followed.view().state();
        State wrong = sound.loaded(new Entry(TestCluster.configMapKey("a", "ghost"), 1, 0, new byte[] {1}));
        Path warm = directory.resolve("warm");
        new CheckpointWriter(
                        StoreName.MAIN,
                        followed.journal().topicId(),
                        new CheckpointFileRegistry(warm.resolve(StoreName.MAIN.text())))
                .write(wrong, List.of());
        return warm;
    }
}
