package dev.shiplog.store.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.broker.KafkaUser;
import dev.shiplog.store.checkpoint.CheckpointStorage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Checkpoints on a real broker, as the user who writes them, with no more than this user may do.
@Tag("full")
class KafkaCheckpointsClientTest {
    private static final int CHUNKS = 3;

    @TempDir(cleanup = CleanupMode.NEVER)
    static Path directory;

    static TestCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = TestCluster.start(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    @ParameterizedTest
    @EnumSource
    void theOwnerKeepsTheNewestTwoWhole(StoreName store) throws Exception {
        try (var checkpoints = new KafkaCheckpointsClient(cluster.endpoint(KafkaUser.STORE), store)) {
            for (int number = 1; number <= 5; number++) {
                write(checkpoints, number);
                checkpoints.retain(2);
            }

            List<CheckpointStorage.Stored> stored = checkpoints.stored();
            assertThat(stored).extracting(one -> text(one.manifest())).containsExactly("5", "4");
            for (CheckpointStorage.Stored one : stored) {
                List<String> chunks = new ArrayList<>();
                one.chunks(chunk -> chunks.add(text(chunk)));
                String number = text(one.manifest());
                assertThat(chunks).containsExactly(number + ".0", number + ".1", number + ".2");
            }
        }
    }

    private static void write(CheckpointStorage checkpoints, int number) throws Exception {
        try (CheckpointStorage.Upload upload = checkpoints.begin()) {
            for (int chunk = 0; chunk < CHUNKS; chunk++) {
                upload.chunk((number + "." + chunk).getBytes(StandardCharsets.UTF_8));
            }
            upload.manifest(Integer.toString(number).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
