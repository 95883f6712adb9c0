package dev.shiplog.schemas.registry;

import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.RecordType;
import dev.shiplog.schemas.Typed;
import dev.shiplog.schemas.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// Reads a compacted topic of one type from its start, and then as it grows. Used by one thread.
///
/// It reads uncommitted records: what the materialiser writes is a function of the journal alone, so an aborted
/// transaction
/// holds nothing that its successor does not write again.
public final class TypedTopicFollower<T extends Typed> implements AutoCloseable {
    private static final int FETCH_WAIT_MAX_MILLIS = 5_000;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final RegistryClient registry;
    private final RecordType<T> type;
    private final Map<Integer, Writer<T>> writers = new HashMap<>();
    private final Map<TopicPartition, Long> ends;

    /// A key and what it has now; null = it is gone.
    public record Changed<T>(String key, @Nullable T value) {}

    /// Connects; throws Kafka's exceptions when the topic cannot be read.
    public TypedTopicFollower(
            KafkaEndpoint kafka, RegistryEndpoint registry, String topic, RecordType<T> type, String clientId) {
        Map<String, Object> settings = kafka.settings();
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MAX_MILLIS);
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
        this.type = type;
        this.consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.registry = new RegistryClient(registry);
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        this.ends = consumer.endOffsets(partitions);
    }

    /// The next changes in order; empty when there were none for `patience`.
    public List<Changed<T>> poll(Duration patience) {
        var changes = new ArrayList<Changed<T>>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(patience)) {
            byte[] value = record.value();
            changes.add(new Changed<>(
                    new String(record.key(), StandardCharsets.UTF_8), value == null ? null : decode(value)));
        }
        return changes;
    }

    /// Whether everything that was there when this began has been handed out.
    public boolean caughtUp() {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private T decode(byte[] framed) {
        int id = WireFormat.id(framed);
        Writer<T> writer = writers.get(id);
        if (writer == null) {
            writer = Writer.of(registry.byId(id), type);
            writers.put(id, writer);
        }
        return writer.decode(framed, WireFormat.HEADER_BYTES);
    }

    @Override
    public void close() {
        consumer.close();
        registry.close();
    }
}
