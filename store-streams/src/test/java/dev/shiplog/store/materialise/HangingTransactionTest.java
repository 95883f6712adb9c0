package dev.shiplog.store.materialise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.broker.KafkaUser;
import dev.shiplog.store.journal.JournalAppender;
import dev.shiplog.store.kafka.KafkaSettings;
import dev.shiplog.store.kafka.TestCluster;
import dev.shiplog.store.kafka.ViewsHost;
import dev.shiplog.store.verify.VerifyHost;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// A broker that was killed in a commit has forgotten the transaction in some partitions: it is over for the
/// coordinator and open there, so nobody can read committed records past it. Such a moment is too short to be
/// hit, so its trace is written into the logs of a broker that is down.
@Tag("full")
class HangingTransactionTest {
    private static final List<TopicPartition> HANGING =
            List.of(new TopicPartition("progress", 0), new TopicPartition("objects", 1));

    @TempDir(cleanup = CleanupMode.NEVER)
    Path directory;

    @Test
    void itIsAbortedAndWhatItTookAwayIsWrittenAgain() throws Exception {
        Map<TopicPartition, Long> ends;
        TransactionDescription writer;
        TestCluster first = TestCluster.start(directory);
        append(first, "before");
        try (Admin admin = admin(first)) {
            String id = "shiplog-materialiser-main";
            writer = admin.describeTransactions(List.of(id)).description(id).get();
            ends = ends(admin, IsolationLevel.READ_UNCOMMITTED);
        }
        first.stop();
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            hang(end.getKey(), end.getValue(), writer);
        }

        try (TestCluster cluster = TestCluster.start(directory)) {
            try (Admin admin = admin(cluster)) {
                assertThat(ends(admin, IsolationLevel.READ_COMMITTED))
                        .as("committed records end before what hangs")
                        .isEqualTo(ends);
            }

            append(cluster, "after");

            try (Admin admin = admin(cluster)) {
                assertThat(ends(admin, IsolationLevel.READ_COMMITTED))
                        .isEqualTo(ends(admin, IsolationLevel.READ_UNCOMMITTED));
            }
            assertThat(new VerifyHost(cluster.endpoint(KafkaUser.ADMIN), cluster.registry(), TestCluster.PATIENCE)
                            .now()
                            .equal())
                    .isTrue();
        }
    }

    /// Appends a record and waits until it is in the outputs.
    private static void append(TestCluster cluster, String name) throws Exception {
        try (ViewsHost views = cluster.views(KafkaUser.API_SERVER);
                JournalAppender appender = TestCluster.appender(views, "test");
                StoreHost store = StoreHost.start(
                        StoreSettings.of(TestCluster.PARTITIONS),
                        cluster.endpoint(KafkaUser.STORE),
                        cluster.registry(),
                        views)) {
            appender.append(TestCluster.configMap("hanging", name, 0, "1"));
            Materialiser materialiser = store.materialiser(StoreName.MAIN);
            await().atMost(Duration.ofSeconds(60)).until(() -> materialiser.working() && materialiser.lag() == 0);
        }
    }

    private static Admin admin(TestCluster cluster) {
        return Admin.create(KafkaSettings.admin(cluster.endpoint(KafkaUser.BROKER)));
    }

    private static Map<TopicPartition, Long> ends(Admin admin, IsolationLevel isolation) throws Exception {
        var ends = admin.listOffsets(
                Map.of(HANGING.get(0), OffsetSpec.latest(), HANGING.get(1), OffsetSpec.latest()),
                new ListOffsetsOptions(isolation));
        return Map.of(
                HANGING.get(0), ends.partitionResult(HANGING.get(0)).get().offset(),
                HANGING.get(1), ends.partitionResult(HANGING.get(1)).get().offset());
    }

    /// Puts a record of the writer's next transaction at the end of a partition's log.
    private void hang(TopicPartition partition, long offset, TransactionDescription writer) throws Exception {
        var records = MemoryRecords.withTransactionalRecords(
                offset,
                Compression.NONE,
                writer.producerId(),
                (short) writer.producerEpoch(),
                0,
                0,
                new SimpleRecord("hangs".getBytes(StandardCharsets.UTF_8), null));
        Path kafka = directory.resolve("kafka");
        Path log = kafka.resolve(partition.toString()).resolve("00000000000000000000.log");
        try (var channel = Files.newByteChannel(log, StandardOpenOption.APPEND)) {
            channel.write(records.buffer().duplicate());
        }
        // So the broker looks at all of its logs again.
        Files.deleteIfExists(kafka.resolve(".kafka_cleanshutdown"));
    }
}
