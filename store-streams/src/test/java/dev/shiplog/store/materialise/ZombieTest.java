package dev.shiplog.store.materialise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shiplog.store.Result;
import dev.shiplog.store.broker.KafkaUser;
import dev.shiplog.store.journal.JournalAppender;
import dev.shiplog.store.kafka.ChildJvm;
import dev.shiplog.store.kafka.KafkaSettings;
import dev.shiplog.store.kafka.KafkaSettings.Isolation;
import dev.shiplog.store.kafka.TestCluster;
import dev.shiplog.store.kafka.TopicScanClient;
import dev.shiplog.store.kafka.ViewsHost;
import dev.shiplog.store.verify.VerifyHost;
import dev.shiplog.store.verify.VerifyReport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

@Tag("full")
class ZombieTest {
    private static final int KEYS = 50;
    private static final String TYPED = "objects.core.configmaps";

    @TempDir(cleanup = CleanupMode.NEVER)
    Path directory;

    private final long[] revisions = new long[KEYS];

    @Test
    void aStoppedMaterialiserLeavesNoOldValueOverACompaction() throws Exception {
        try (TestCluster cluster = TestCluster.start(
                        directory, Map.of("log.cleaner.backoff.ms", "100", "log.retention.check.interval.ms", "500"));
                ViewsHost views = cluster.views(KafkaUser.API_SERVER);
                JournalAppender appender = TestCluster.appender(views, "test");
                ChildJvm first = startStore(cluster)) {
            writeRound(appender, 0);
            awaitRecords(cluster, KEYS);
            compactEagerly(cluster, "objects", TYPED);
            AtomicBoolean over = new AtomicBoolean();
            AtomicLong round = new AtomicLong(1);
            Thread writer = Thread.ofVirtual().start(() -> writeOn(appender, round, over));
            await().until(() -> round.get() > 3);

            first.signal("STOP");
            try (ChildJvm second = startStore(cluster)) {
                second.awaitLine("working");
                long takenOverAt = round.get();
                await().atMost(Duration.ofSeconds(60)).until(() -> round.get() > takenOverAt + 20);
                awaitCompaction(cluster);
                first.signal("CONT");
                first.awaitLine("no longer working");
                over.set(true);
                writer.join();

                VerifyReport report = new VerifyHost(
                                cluster.endpoint(KafkaUser.ADMIN), cluster.registry(), TestCluster.PATIENCE)
                        .now();
                assertThat(report.stores().getFirst().difference()).isNull();
                assertThat(report.equal()).isTrue();
                assertRevisionsNeverFall(cluster, "objects");
                assertRevisionsNeverFall(cluster, TYPED);
            }
        }
    }

    /// The worst moment: the zombie has asked whether it is still the owner, has old values in hand and has sent none
    /// of
    /// them. Nothing but the fence stands between them and the topics.
    @Test
    void theFenceRefusesAMaterialiserThatWasStoppedAfterItsLastLookAtItsMembership() throws Exception {
        try (TestCluster cluster = TestCluster.start(
                        directory, Map.of("log.cleaner.backoff.ms", "100", "log.retention.check.interval.ms", "500"));
                ViewsHost views = cluster.views(KafkaUser.API_SERVER);
                JournalAppender appender = TestCluster.appender(views, "test")) {
            writeRound(appender, 0);
            Path go = directory.resolve("go");
            try (ChildJvm zombie = ChildJvm.start(
                    ZombieChildMain.class,
                    directory.resolve("zombie.log"),
                    directory.resolve("pki").toString(),
                    cluster.registry().url(),
                    go.toString(),
                    Integer.toString(KEYS))) {
                zombie.awaitLine("materialised");
                compactEagerly(cluster, "objects", TYPED);
                writeRound(appender, 1);
                zombie.awaitLine("holding");
                zombie.signal("STOP");

                try (ChildJvm second = startStore(cluster)) {
                    second.awaitLine("working");
                    for (int round = 2; round < 12; round++) {
                        writeRound(appender, round);
                    }
                    awaitCompaction(cluster);
                    Files.createFile(go);
                    zombie.signal("CONT");
                    zombie.awaitLine("fenced");

                    VerifyReport report = new VerifyHost(
                                    cluster.endpoint(KafkaUser.ADMIN), cluster.registry(), TestCluster.PATIENCE)
                            .now();
                    assertThat(report.stores().getFirst().difference()).isNull();
                    assertThat(report.equal()).isTrue();
                    assertRevisionsNeverFall(cluster, "objects");
                    assertRevisionsNeverFall(cluster, TYPED);
                }
            }
        }
    }

    private ChildJvm startStore(TestCluster cluster) throws Exception {
        return ChildJvm.start(
                StoreChildMain.class,
                directory.resolve("store-" + System.nanoTime() + ".log"),
                directory.resolve("pki").toString(),
                cluster.registry().url());
    }

    private void writeOn(JournalAppender appender, AtomicLong round, AtomicBoolean over) {
        try {
            while (!over.get()) {
                writeRound(appender, round.get());
                round.incrementAndGet();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeRound(JournalAppender appender, long round) throws InterruptedException {
        for (int key = 0; key < KEYS; key++) {
            Result result =
                    appender.append(TestCluster.configMap("zombie", "key-" + key, revisions[key], "round " + round));
            assertThat(result).isInstanceOf(Result.Committed.class);
            revisions[key] = ((Result.Committed) result).to();
        }
    }

    private static void awaitRecords(TestCluster cluster, int count) {
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            AtomicLong found = new AtomicLong();
            try (TopicScanClient scan = scan(cluster, "objects")) {
                scan.run(_ -> found.incrementAndGet());
            }
            return found.get() >= count;
        });
    }

    /// Lets segments be closed and cleaned after a moment.
    private static void compactEagerly(TestCluster cluster, String... topics) throws Exception {
        try (Admin admin = Admin.create(cluster.endpoint(KafkaUser.BROKER).settings())) {
            for (String topic : topics) {
                List<AlterConfigOp> ops = List.of(set("segment.ms", "500"), set("min.cleanable.dirty.ratio", "0.01"));
                admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), ops))
                        .all()
                        .get();
            }
        }
    }

    private static AlterConfigOp set(String name, String value) {
        return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    }

    /// Fewer records than were written: some were cleaned away.
    private static void awaitCompaction(TestCluster cluster) {
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            AtomicLong found = new AtomicLong();
            AtomicLong last = new AtomicLong();
            try (TopicScanClient scan = scan(cluster, TYPED)) {
                scan.run(record -> {
                    found.incrementAndGet();
                    last.set(record.offset());
                });
            }
            return last.get() > 2L * KEYS && found.get() < last.get() / 2;
        });
    }

    private static void assertRevisionsNeverFall(TestCluster cluster, String topic) {
        Map<String, Long> last = new HashMap<>();
        try (TopicScanClient scan = scan(cluster, topic)) {
            scan.run(record -> {
                String key = new String(record.key(), StandardCharsets.UTF_8);
                long revision = Long.parseLong(new String(
                        record.headers().lastHeader("shiplog.revision").value(), StandardCharsets.UTF_8));
                Long before = last.put(key, revision);
                assertThat(before == null || before < revision)
                        .as("%s: %s after %s", key, revision, before)
                        .isTrue();
            });
        }
        assertThat(last).hasSizeGreaterThanOrEqualTo(KEYS);
    }

    private static TopicScanClient scan(TestCluster cluster, String topic) {
        return new TopicScanClient(
                KafkaSettings.consumer(cluster.endpoint(KafkaUser.ADMIN), Isolation.READ_COMMITTED), List.of(topic));
    }
}
