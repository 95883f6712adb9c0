package dev.shiplog.store.materialise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shiplog.journal.Origin;
import dev.shiplog.journal.Refused;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Result;
import dev.shiplog.store.TransactionDraft;
import dev.shiplog.store.broker.KafkaUser;
import dev.shiplog.store.checkpoint.CheckpointWriter;
import dev.shiplog.store.journal.JournalAppender;
import dev.shiplog.store.kafka.KafkaCheckpointsClient;
import dev.shiplog.store.kafka.KafkaSettings;
import dev.shiplog.store.kafka.KafkaSettings.Isolation;
import dev.shiplog.store.kafka.TestCluster;
import dev.shiplog.store.kafka.TopicScanClient;
import dev.shiplog.store.kafka.ViewsHost;
import dev.shiplog.store.verify.VerifyHost;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

@Tag("full")
class SuccessorTest {
    private static final int GAP = 40;

    @TempDir(cleanup = CleanupMode.NEVER)
    Path directory;

    /// The view of a successor begins at a checkpoint that was written after the outputs had stopped: it holds nothing
    /// of
    /// what lies between. Those who asked for something then still wait.
    @Test
    void aSuccessorOwesTheOutcomesOfWhatItsViewDoesNotHold() throws Exception {
        try (TestCluster cluster = TestCluster.start(directory)) {
            Map<UUID, String> expected = new HashMap<>();
            try (ViewsHost views = cluster.views(KafkaUser.API_SERVER);
                    JournalAppender appender = TestCluster.appender(views, "test")) {
                try (StoreHost first = store(cluster, views)) {
                    appender.append(TestCluster.configMap("gap", "before", 0, "1"));
                    awaitMaterialised(first);
                }
                ask(appender, expected);
                checkpoint(cluster, views);
                appender.append(TestCluster.configMap("gap", "after", 0, "1"));
            }

            try (ViewsHost views = cluster.views(KafkaUser.API_SERVER);
                    StoreHost second = store(cluster, views)) {
                assertThat(views.of(StoreName.MAIN).boot().state().position())
                        .as("the view begins after the gap")
                        .isGreaterThan(GAP);
                awaitMaterialised(second);

                assertThat(outcomes(cluster)).containsExactlyInAnyOrderEntriesOf(expected);
                assertThat(new VerifyHost(cluster.endpoint(KafkaUser.ADMIN), cluster.registry(), TestCluster.PATIENCE)
                                .now()
                                .equal())
                        .isTrue();
            }
        }
    }

    /// Requests that are accepted, that conflict, and that are refused.
    private static void ask(JournalAppender appender, Map<UUID, String> expected) throws InterruptedException {
        Origin origin = Origin.EMPTY.withActor("tester").withComponent("tests").withReplyTo(1);
        for (int i = 0; i < GAP; i++) {
            UUID id = UUID.randomUUID();
            switch (i % 4) {
                case 0 -> {
                    appender.append(new Refused(id, origin, 403, "Forbidden", "no"));
                    expected.put(id, "refused");
                }
                case 1 -> {
                    Result result = appender.append(new TransactionDraft(
                            id, origin, List.of(), List.of(TestCluster.put("gap", "absent", 7, "x"))));
                    assertThat(result).isInstanceOf(Result.Conflict.class);
                    expected.put(id, "rejected");
                }
                default -> {
                    Result result = appender.append(new TransactionDraft(
                            id, origin, List.of(), List.of(TestCluster.put("gap", "n" + i, 0, "x"))));
                    assertThat(result).isInstanceOf(Result.Committed.class);
                    expected.put(id, "accepted");
                }
            }
        }
    }

    private static void checkpoint(TestCluster cluster, ViewsHost views) throws Exception {
        var followed = views.of(StoreName.MAIN);
        try (var checkpoints = new KafkaCheckpointsClient(cluster.endpoint(KafkaUser.STORE), StoreName.MAIN)) {
            new CheckpointWriter(StoreName.MAIN, followed.journal().topicId(), checkpoints)
                    .write(followed.view().state(), List.of());
        }
    }

    private static Map<UUID, String> outcomes(TestCluster cluster) {
        Map<UUID, String> found = new HashMap<>();
        List<String> twice = new ArrayList<>();
        try (TopicScanClient scan = new TopicScanClient(
                KafkaSettings.consumer(cluster.endpoint(KafkaUser.ADMIN), Isolation.READ_COMMITTED),
                List.of("objects"))) {
            scan.run(record -> {
                String key = new String(record.key(), StandardCharsets.UTF_8);
                if (key.startsWith("~/outcome/-/")) {
                    assertThat(record.partition()).isEqualTo(1);
                    String outcome = new String(
                            record.headers().lastHeader("shiplog.outcome").value(), StandardCharsets.UTF_8);
                    if (found.put(UUID.fromString(key.substring("~/outcome/-/".length())), outcome) != null) {
                        twice.add(key);
                    }
                }
            });
        }
        assertThat(twice).isEmpty();
        return found;
    }

    private static StoreHost store(TestCluster cluster, ViewsHost views) throws Exception {
        return StoreHost.start(
                StoreSettings.of(TestCluster.PARTITIONS), cluster.endpoint(KafkaUser.STORE), cluster.registry(), views);
    }

    private static void awaitMaterialised(StoreHost store) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> store.materialiser(StoreName.MAIN).working()
                        && store.materialiser(StoreName.MAIN).lag() == 0);
    }
}
