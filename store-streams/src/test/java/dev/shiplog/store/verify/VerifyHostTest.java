package dev.shiplog.store.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shiplog.journal.Mutation;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Result;
import dev.shiplog.store.broker.KafkaUser;
import dev.shiplog.store.checkpoint.CheckpointWriter;
import dev.shiplog.store.journal.JournalAppender;
import dev.shiplog.store.kafka.KafkaCheckpointsClient;
import dev.shiplog.store.kafka.KafkaSettings;
import dev.shiplog.store.kafka.Partitions;
import dev.shiplog.store.kafka.TestCluster;
import dev.shiplog.store.kafka.TopicScanClient;
import dev.shiplog.store.kafka.ViewsHost;
import dev.shiplog.store.materialise.StoreHost;
import dev.shiplog.store.materialise.StoreSettings;
import dev.shiplog.store.verify.TopicReaderClient.Range;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

@Tag("full")
class VerifyHostTest {
    private static final int OBJECTS = 10_000;
    private static final int WRITERS = 64;
    private static final String CONFIG_MAPS = "objects.core.configmaps";

    @TempDir(cleanup = CleanupMode.NEVER)
    Path directory;

    private TestCluster cluster;
    private ViewsHost views;
    private StoreHost store;
    private JournalAppender appender;

    @BeforeEach
    void start() throws Exception {
        cluster = TestCluster.start(directory);
        views = cluster.views(KafkaUser.API_SERVER);
        store = StoreHost.start(
                StoreSettings.of(TestCluster.PARTITIONS), cluster.endpoint(KafkaUser.STORE), cluster.registry(), views);
        appender = TestCluster.appender(views, "test");
    }

    @AfterEach
    void stop() throws Exception {
        appender.close();
        store.close();
        views.close();
        cluster.close();
    }

    @Test
    void tenThousandConfigMapsComeOutOfTheirTopicAndVerifySaysEqual() throws Exception {
        appendAll();

        VerifyReport report = verify().now();
        List<String> lines = read("objects.core.configmaps");

        assertThat(report.stores())
                .extracting(VerifyReport.StoreReport::difference)
                .containsOnlyNulls();
        assertThat(report.equal()).isTrue();
        VerifyReport.StoreReport main = report.stores().getFirst();
        assertThat(main.topicsHash()).isEqualTo(main.viewHash()).isEqualTo(main.replayHash());
        assertThat(main.viewHash())
                .isEqualTo(views.of(StoreName.MAIN).view().snapshot().hash());
        assertThat(lines).hasSize(OBJECTS);
        Set<String> keys = new HashSet<>();
        for (String line : lines) {
            JsonNode json = new ObjectMapper().readTree(line);
            keys.add(json.get("key").asText());
            assertThat(json.at("/value/data/value").asText()).isEqualTo("text");
            assertThat(json.at("/value/metadata/resourceVersion").asText())
                    .isEqualTo(json.at("/headers/shiplog.revision").asText());
        }
        assertThat(keys).hasSize(OBJECTS);
    }

    @Test
    void verifyBeginsAtACheckpointToo() throws Exception {
        commit(TestCluster.put("a", "first", 0, "1"));
        var followed = views.of(StoreName.MAIN);
        try (KafkaCheckpointsClient checkpoints =
                new KafkaCheckpointsClient(cluster.endpoint(KafkaUser.STORE), StoreName.MAIN)) {
            new CheckpointWriter(StoreName.MAIN, followed.journal().topicId(), checkpoints)
                    .write(followed.view().state(), List.of());
            assertThat(checkpoints.stored()).hasSize(1);
        }
        commit(TestCluster.put("a", "second", 0, "2"));

        assertThat(verify().now().equal()).isTrue();
        try (ViewsHost booted = cluster.views(KafkaUser.COMPONENTS)) {
            assertThat(booted.of(StoreName.MAIN).boot().state().position()).isNotNegative();
            assertThat(booted.of(StoreName.MAIN).view().snapshot().hash())
                    .isEqualTo(followed.view().snapshot().hash());
        }
    }

    @Test
    void aTombstoneThatNobodyDecidedIsNamed() throws Exception {
        Result.Committed committed = commit(TestCluster.put("a", "good", 0, "1"));
        assertThat(verify().now().equal()).isTrue();

        plant(CONFIG_MAPS, "a/good", null, committed.to());

        assertDifference("core/configmaps/a/good: the typed topic says that it is deleted");
    }

    @Test
    void aLostTombstoneIsNamed() throws Exception {
        Result.Committed created = commit(TestCluster.put("a", "gone", 0, "1"));
        assertThat(verify().now().equal()).isTrue();
        byte[] value = lastValue("objects", "core/configmaps/a/gone");
        commit(TestCluster.delete("a", "gone", created.to()));
        assertThat(verify().now().equal()).isTrue();

        plant("objects", "core/configmaps/a/gone", value, created.to());

        assertDifference("core/configmaps/a/gone: objects still has it at revision " + created.to());
        assertThat(verify().now().stores().getFirst().topicsHash())
                .isNotEqualTo(verify().now().stores().getFirst().viewHash());
    }

    @Test
    void aRecordFromARevisionThatTheJournalNeverHadIsNamed() throws Exception {
        Result.Committed created = commit(TestCluster.put("a", "good", 0, "1"));
        assertThat(verify().now().equal()).isTrue();
        byte[] value = lastValue("objects", "core/configmaps/a/good");

        plant("objects", "core/configmaps/a/good", value, created.to() + 1_000);

        assertDifference("core/configmaps/a/good: objects has a record at revision " + (created.to() + 1_000)
                + ", which the journal does not have");
    }

    @Test
    void ofSeveralDifferencesTheFirstKeyIsNamed() throws Exception {
        Result.Committed last = commit(TestCluster.put("b", "two", 0, "1"));
        Result.Committed first = commit(TestCluster.put("a", "one", 0, "1"));
        assertThat(verify().now().equal()).isTrue();

        plant(CONFIG_MAPS, "b/two", null, last.to());
        plant(CONFIG_MAPS, "a/one", null, first.to());

        assertDifference("core/configmaps/a/one: ");
    }

    @Test
    void comparesAsOfARevision() throws Exception {
        Result.Committed first = commit(TestCluster.put("a", "one", 0, "1"));
        String then = views.of(StoreName.MAIN).view().at(first.to()).hash();
        commit(TestCluster.put("a", "one", first.to(), "2"));

        VerifyReport report = verify().at(first.to());

        VerifyReport.StoreReport main = report.stores().getFirst();
        assertThat(main.revision()).isEqualTo(first.to());
        assertThat(main.viewHash()).isEqualTo(then).isEqualTo(main.replayHash());
        assertThat(main.topicsHash()).isNull();
        assertThat(report.equal()).isTrue();
    }

    private void assertDifference(String beginning) throws Exception {
        VerifyReport report = verify().now();
        assertThat(report.equal()).isFalse();
        assertThat(report.stores().getFirst().difference()).startsWith(beginning);
    }

    /// Writes a record by hand, as the one principal that may.
    private void plant(String topic, String key, byte @Nullable [] value, long revision) throws Exception {
        Map<String, Object> settings = KafkaSettings.transactionalProducer(cluster.endpoint(KafkaUser.STORE), "none");
        settings.remove("transactional.id");
        String name = key.replace("core/configmaps/", "");
        String namespace = name.substring(0, name.indexOf('/'));
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings)) {
            ProducerRecord<byte[], byte[]> record =
                    new ProducerRecord<>(topic, Partitions.of(namespace, 4), bytes(key), value);
            record.headers().add("shiplog.store", bytes("main"));
            record.headers().add("shiplog.revision", bytes(Long.toString(revision)));
            producer.send(record).get();
        }
    }

    private byte[] lastValue(String topic, String key) {
        AtomicReference<byte[]> last = new AtomicReference<>();
        try (TopicScanClient scan = new TopicScanClient(
                KafkaSettings.consumer(cluster.endpoint(KafkaUser.ADMIN), KafkaSettings.Isolation.READ_COMMITTED),
                List.of(topic))) {
            scan.run(record -> {
                if (new String(record.key(), StandardCharsets.UTF_8).equals(key)) {
                    last.set(record.value());
                }
            });
        }
        return last.get();
    }

    private VerifyHost verify() {
        return new VerifyHost(cluster.endpoint(KafkaUser.ADMIN), cluster.registry(), TestCluster.PATIENCE);
    }

    private List<String> read(String topic) {
        List<String> lines = new ArrayList<>();
        try (TopicReaderClient reader = new TopicReaderClient(cluster.endpoint(KafkaUser.ADMIN), cluster.registry())) {
            boolean found = reader.read(new Range(topic, Range.Begin.START, Range.End.NOW, Long.MAX_VALUE), lines::add);
            assertThat(found).isTrue();
        }
        return lines;
    }

    private Result.Committed commit(Mutation mutation) throws InterruptedException {
        Result result = appender.append(TestCluster.draft(mutation));
        assertThat(result).isInstanceOf(Result.Committed.class);
        return (Result.Committed) result;
    }

    private void appendAll() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Void>> writers = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                int first = writer;
                writers.add(() -> {
                    for (int i = first; i < OBJECTS; i += WRITERS) {
                        commit(TestCluster.put("ns-" + i % 7, "map-" + i, 0, "text"));
                    }
                    return null;
                });
            }
            for (Future<Void> done : threads.invokeAll(writers)) {
                done.get();
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
