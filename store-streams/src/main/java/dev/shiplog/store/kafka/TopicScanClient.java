package dev.shiplog.store.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// Reads whole topics once: everything that was in them when the scan began.
public final class TopicScanClient implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration SILENCE_MAX = Duration.ofSeconds(30);

    private final Consumer<byte[], byte[]> consumer;
    private final Collection<String> topics;

    public TopicScanClient(Map<String, Object> settings, Collection<String> topics) {
        this.consumer = new KafkaConsumer<>(settings);
        this.topics = List.copyOf(topics);
    }

    /// Takes one record. Those of a partition come in order.
    public interface Taker {
        void take(ConsumerRecord<byte[], byte[]> record);
    }

    /// Hands over every record.
    ///
    /// @throws KafkaException when Kafka stays silent
    public void run(Taker taker) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : topics) {
            consumer.partitionsFor(topic).forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        }
        if (partitions.isEmpty()) {
            return;
        }
        consumer.assign(partitions);
        Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
        consumer.seekToBeginning(partitions);
        long deadline = System.nanoTime() + SILENCE_MAX.toNanos();
        dropRead(ends);
        while (!ends.isEmpty()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                Long end = ends.get(new TopicPartition(record.topic(), record.partition()));
                if (end != null && record.offset() < end) {
                    taker.take(record);
                }
                deadline = System.nanoTime() + SILENCE_MAX.toNanos();
            }
            dropRead(ends);
            if (System.nanoTime() > deadline) {
                throw new KafkaException("nothing comes from " + ends.keySet() + " for " + SILENCE_MAX);
            }
        }
    }

    /// Compaction and aborted transactions leave no record at the end: the position tells.
    private void dropRead(Map<TopicPartition, Long> ends) {
        ends.entrySet().removeIf(each -> consumer.position(each.getKey()) >= each.getValue());
        consumer.pause(consumer.assignment().stream()
                .filter(partition -> !ends.containsKey(partition))
                .toList());
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofMillis(500)));
    }
}
