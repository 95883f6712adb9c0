package dev.shiplog.store.materialise;

import static dev.shiplog.store.kafka.TestCluster.configMap;
import static dev.shiplog.store.kafka.TestCluster.delete;
import static dev.shiplog.store.kafka.TestCluster.draft;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shiplog.core.v1.ConfigMap;
import dev.shiplog.schemas.Binary;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.registry.WireFormat;
import dev.shiplog.store.Result;
import dev.shiplog.store.broker.KafkaUser;
import dev.shiplog.store.journal.JournalAppender;
import dev.shiplog.store.kafka.KafkaSettings;
import dev.shiplog.store.kafka.KafkaSettings.Isolation;
import dev.shiplog.store.kafka.TestCluster;
import dev.shiplog.store.kafka.TopicScanClient;
import dev.shiplog.store.kafka.ViewsHost;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

@Tag("full")
class StoreHostTest {
    @TempDir(cleanup = CleanupMode.NEVER)
    static Path directory;

    static TestCluster cluster;
    static ViewsHost views;
    static StoreHost store;
    static JournalAppender appender;

    @BeforeAll
    static void startCluster() throws Exception {
        cluster = TestCluster.start(directory);
        views = cluster.views(KafkaUser.API_SERVER);
        store = StoreHost.start(
                StoreSettings.of(TestCluster.PARTITIONS), cluster.endpoint(KafkaUser.STORE), cluster.registry(), views);
        appender = TestCluster.appender(views, "test");
    }

    @AfterAll
    static void stopCluster() throws Exception {
        appender.close();
        store.close();
        views.close();
        cluster.close();
    }

    @Test
    void eachAcceptedMutationComesOutOfBothTopicsWithItsHeaders() throws Exception {
        Result.Committed created = committed(configMap("headers", "one", 0, "a"));
        Result.Committed changed = committed(configMap("headers", "one", created.to(), "b"));
        Result.Committed deleted = committed(draft(delete("headers", "one", changed.to())));
        awaitMaterialised();

        for (String topic : List.of("objects", "objects.core.configmaps")) {
            String key = topic.equals("objects") ? "core/configmaps/headers/one" : "headers/one";
            List<ConsumerRecord<byte[], byte[]>> records = read(topic, key);
            assertThat(records).hasSize(3);
            ConsumerRecord<byte[], byte[]> update = records.get(1);
            Map<String, String> headers = headers(update);
            assertThat(headers)
                    .containsEntry("shiplog.store", "main")
                    .containsEntry("shiplog.revision", Long.toString(changed.to()))
                    .containsEntry("shiplog.previous-revision", Long.toString(created.to()))
                    .containsEntry("shiplog.actor", "tester")
                    .containsEntry("shiplog.verb", "update")
                    .containsKey("shiplog.transaction");
            assertThat(headers.get("shiplog.time")).matches("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{6}Z");
            ConfigMap object = Binary.decode(ConfigMap.TYPE, WireFormat.payload(update.value()));
            assertThat(object.data()).containsEntry("value", "b");
            assertThat(object.metadata().resourceVersion()).isEqualTo(Long.toString(changed.to()));
            assertThat(records.get(2).value()).isNull();
            assertThat(headers(records.get(2)))
                    .containsEntry("shiplog.revision", Long.toString(deleted.to()))
                    .containsEntry("shiplog.verb", "delete");
        }
    }

    static Result.Committed committed(dev.shiplog.store.TransactionDraft draft) throws InterruptedException {
        Result result = appender.append(draft);
        assertThat(result).isInstanceOf(Result.Committed.class);
        return (Result.Committed) result;
    }

    static void awaitMaterialised() {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> store.materialiser(StoreName.MAIN).working()
                        && store.materialiser(StoreName.MAIN).lag() == 0);
    }

    static List<ConsumerRecord<byte[], byte[]>> read(String topic, String key) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (TopicScanClient scan = new TopicScanClient(
                KafkaSettings.consumer(cluster.endpoint(KafkaUser.ADMIN), Isolation.READ_COMMITTED), List.of(topic))) {
            scan.run(record -> {
                if (new String(record.key(), StandardCharsets.UTF_8).equals(key)) {
                    found.add(record);
                }
            });
        }
        return found;
    }

    static Map<String, String> headers(ConsumerRecord<?, ?> record) {
        Map<String, String> headers = new TreeMap<>();
        record.headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        return headers;
    }
}
