package dev.shiplog.store.kafka;

import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.registry.WireFormat;
import dev.shiplog.store.journal.HashMark;
import dev.shiplog.store.kafka.KafkaSettings.Isolation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads in the topic `progress` what each store's state hashes to in the process that owns its outputs. It looks now
/// and
/// then only: a process that differs stops a few seconds later, and nothing waits for it.
final class MarksFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MarksFollower.class);
    private static final TopicPartition PARTITION = new TopicPartition(Topics.PROGRESS, 0);

    /// How long a process is left alone between two looks, and before the first.
    private static final Duration LOOK_EVERY = Duration.ofSeconds(3);

    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaEndpoint endpoint;
    private final Consumer<HashMark> marks;
    private final Thread thread = Thread.ofVirtual().name("hash-marks").unstarted(this::run);
    private long next;

    /// @param marks is told of each mark, on a thread of this follower's
    MarksFollower(KafkaEndpoint endpoint, Consumer<HashMark> marks) {
        this.endpoint = endpoint;
        this.marks = marks;
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(LOOK_EVERY);
                look();
            }
        } catch (InterruptedException | org.apache.kafka.common.errors.InterruptException _) {
            LOG.debug("hash marks are not followed any more");
        }
    }

    private void look() throws InterruptedException {
        try (var consumer =
                new KafkaConsumer<byte[], byte[]>(KafkaSettings.consumer(endpoint, Isolation.READ_COMMITTED))) {
            consumer.assign(List.of(PARTITION));
            next = Math.max(next, consumer.beginningOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L));
            consumer.seek(PARTITION, next);
            while (!Thread.currentThread().isInterrupted()) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                records.records(PARTITION).forEach(this::take);
                next = consumer.position(PARTITION);
                if (records.isEmpty()) {
                    Thread.sleep(LOOK_EVERY);
                }
            }
        } catch (KafkaException away) {
            LOG.debug("hash marks cannot be read: {}", away.toString());
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value();
        MarkCodec.store(new String(record.key(), StandardCharsets.UTF_8)).ifPresent(store -> {
            if (value != null) {
                tell(store, value);
            }
        });
    }

    private void tell(StoreName store, byte[] value) {
        try {
            marks.accept(MarkCodec.decode(store, WireFormat.payload(value)));
        } catch (IOException foreign) {
            LOG.warn("a hash mark of {} cannot be read: {}", store.text(), foreign.getMessage());
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
