package dev.shiplog.store.materialise;

import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.registry.WireFormat;
import dev.shiplog.store.kafka.KafkaSettings;
import dev.shiplog.store.kafka.KafkaSettings.Isolation;
import dev.shiplog.store.kafka.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Reads how far the outputs are.
public final class ProgressClient implements AutoCloseable {
    private static final TopicPartition PARTITION = new TopicPartition(Topics.PROGRESS, 0);
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(100);

    /// Both stores write here, mostly in turn: the newest of each is near the end.
    private static final long NEAR_END = 2_000;

    private final KafkaEndpoint endpoint;
    private final Consumer<byte[], byte[]> consumer;

    public ProgressClient(KafkaEndpoint endpoint) {
        this.endpoint = endpoint;
        this.consumer = new KafkaConsumer<>(KafkaSettings.consumer(endpoint, Isolation.READ_COMMITTED));
        consumer.assign(List.of(PARTITION));
    }

    /// The last committed progress of a store. Waits for transactions that are open at the moment: a commit may
    /// stand behind the other store's.
    public Progress committed(StoreName store) {
        long end = lastWritten();
        Long start = consumer.beginningOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
        Progress near = read(store, Math.max(start, end - NEAR_END), end);
        if (near == null && end - NEAR_END > start) {
            near = read(store, start, end);
        }
        return near == null ? Progress.NONE : near;
    }

    /// The end that includes open transactions.
    private long lastWritten() {
        try (Consumer<byte[], byte[]> all =
                new KafkaConsumer<>(KafkaSettings.consumer(endpoint, Isolation.READ_UNCOMMITTED))) {
            return all.endOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
        }
    }

    private @Nullable Progress read(StoreName store, long from, long end) {
        consumer.seek(PARTITION, from);
        Progress last = null;
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (consumer.position(PARTITION) < end) {
            if (System.nanoTime() > deadline) {
                throw new KafkaException("the topic progress cannot be read within " + TIMEOUT);
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(PARTITION)) {
                if (record.value() != null && store.text().equals(new String(record.key(), StandardCharsets.UTF_8))) {
                    last = ProgressCodec.decode(WireFormat.payload(record.value()));
                }
            }
        }
        return last;
    }

    @Override
    public void close() {
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofMillis(500)));
    }
}
