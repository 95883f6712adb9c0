package dev.shiplog.store.kafka;

import dev.shiplog.schemas.KafkaEndpoint;
import java.util.HashMap;
import java.util.Map;

/// The settings of Kafka clients as data, one set per use.
public final class KafkaSettings {
    private static final String REQUEST_BYTES_MAX = Integer.toString(10 << 20);

    private KafkaSettings() {}

    public static Map<String, Object> admin(KafkaEndpoint endpoint) {
        Map<String, Object> all = common(endpoint);
        all.put("request.timeout.ms", "5000");
        all.put("default.api.timeout.ms", "20000");
        askAgainSoon(all);
        return all;
    }

    /// A writer of the journal: durable, in order, with the batching that a busy fsync makes by itself. More
    /// than one request in flight would lose order on a new topic (KAFKA-15591).
    static Map<String, Object> journalProducer(KafkaEndpoint endpoint) {
        Map<String, Object> all = producer(endpoint);
        all.put("max.block.ms", "1000");
        all.put("delivery.timeout.ms", "15000");
        all.put("request.timeout.ms", "5000");
        return all;
    }

    /// A writer of the materialiser's outputs, with the fence of its transactional id.
    public static Map<String, Object> transactionalProducer(KafkaEndpoint endpoint, String transactionalId) {
        Map<String, Object> all = producer(endpoint);
        all.put("transactional.id", transactionalId);
        // Its records are spread over many partitions, so its batches are small: to compress them saves little, and
        // makes work at the writer, the broker and every reader.
        all.put("compression.type", "none");
        all.put("transaction.timeout.ms", "15000");
        all.put("max.block.ms", "15000");
        all.put("delivery.timeout.ms", "15000");
        all.put("request.timeout.ms", "5000");
        return all;
    }

    /// A writer of checkpoints: large chunks, one after the other.
    static Map<String, Object> checkpointProducer(KafkaEndpoint endpoint) {
        Map<String, Object> all = producer(endpoint);
        all.put("delivery.timeout.ms", "30000");
        all.put("request.timeout.ms", "10000");
        all.put("max.block.ms", "10000");
        return all;
    }

    private static Map<String, Object> producer(KafkaEndpoint endpoint) {
        Map<String, Object> all = common(endpoint);
        all.put("acks", "all");
        all.put("enable.idempotence", "true");
        all.put("max.in.flight.requests.per.connection", "1");
        all.put("linger.ms", "0");
        all.put("batch.size", "131072");
        all.put("compression.type", "lz4");
        all.put("max.request.size", REQUEST_BYTES_MAX);
        all.put("retry.backoff.ms", "5");
        all.put("retry.backoff.max.ms", "200");
        all.put("key.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
        all.put("value.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
        return all;
    }

    /// A reader that is told where to read, and told when that is gone.
    ///
    /// @param isolation `read_uncommitted` or `read_committed`
    public static Map<String, Object> consumer(KafkaEndpoint endpoint, Isolation isolation) {
        Map<String, Object> all = common(endpoint);
        all.put("enable.auto.commit", "false");
        all.put("auto.offset.reset", "none");
        all.put("isolation.level", isolation.name().toLowerCase(java.util.Locale.ROOT));
        all.put("fetch.max.bytes", Integer.toString(16 << 20));
        all.put("max.partition.fetch.bytes", Integer.toString(4 << 20));
        all.put("max.poll.records", "4000");
        all.put("allow.auto.create.topics", "false");
        all.put("key.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
        all.put("value.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
        askAgainSoon(all);
        return all;
    }

    /// A follower of a journal. It reads one partition for as long as it lives, so its fetch may wait.
    static Map<String, Object> journalConsumer(KafkaEndpoint endpoint) {
        Map<String, Object> all = consumer(endpoint, Isolation.READ_UNCOMMITTED);
        all.put("fetch.max.wait.ms", "1000");
        return all;
    }

    /// A topic that was just made has no leader for a moment: a few waits of 100 ms, the default, are much of a
    /// start.
    private static void askAgainSoon(Map<String, Object> all) {
        all.put("retry.backoff.ms", "10");
        all.put("retry.backoff.max.ms", "500");
    }

    /// What a reader of a topic with Kafka transactions sees.
    public enum Isolation {
        READ_UNCOMMITTED,
        READ_COMMITTED
    }

    private static Map<String, Object> common(KafkaEndpoint endpoint) {
        Map<String, Object> all = new HashMap<>(endpoint.settings());
        all.put("reconnect.backoff.ms", "20");
        all.put("reconnect.backoff.max.ms", "500");
        all.put("socket.connection.setup.timeout.ms", "2000");
        all.put("metadata.recovery.strategy", "rebootstrap");
        all.put("enable.metrics.push", "false");
        return all;
    }
}
