package dev.shiplog.store.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

class PartitionsTest {
    @Test
    void aKeyHasThePartitionThatKafkasDefaultPartitionerGivesIt() {
        Random random = new Random(7);
        for (int i = 0; i < 1_000; i++) {
            String text = "ns-" + Long.toString(random.nextLong(), 36).substring(0, 1 + random.nextInt(8));
            int partitions = 1 + random.nextInt(64);
            assertThat(Partitions.of(text, partitions))
                    .isEqualTo(BuiltInPartitioner.partitionForKey(text.getBytes(StandardCharsets.UTF_8), partitions));
        }
    }

    @Test
    void whatHasNoNamespaceGoesByItsName() {
        assertThat(Partitions.of("", "node-1", 16)).isEqualTo(Partitions.of("node-1", 16));
        assertThat(Partitions.of("default", "pod", 16)).isEqualTo(Partitions.of("default", "other", 16));
    }
}
