package dev.shiplog.store.materialise;

import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.registry.WireFormat;
import dev.shiplog.store.kafka.KafkaSettings;
import dev.shiplog.store.kafka.KafkaSettings.Isolation;
import dev.shiplog.store.kafka.TopicScanClient;
import dev.shiplog.store.kafka.Topics;
import dev.shiplog.store.kafka.TopicsClient;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/// Reads the last value of every key in the output topics.
public final class OutputsClient {
    private final KafkaEndpoint endpoint;
    private final StoreName store;

    public OutputsClient(KafkaEndpoint endpoint, StoreName store) {
        this.endpoint = endpoint;
        this.store = store;
    }

    /// The output topics that exist.
    public List<String> topics() throws InterruptedException {
        try (TopicsClient topics = new TopicsClient(endpoint)) {
            return topics.names().stream()
                    .filter(OutputsClient::isOutput)
                    .sorted()
                    .toList();
        }
    }

    private static boolean isOutput(String topic) {
        return topic.equals(Topics.OBJECTS)
                || topic.startsWith(Topics.OBJECTS + ".")
                || topic.equals(Topics.ASSIGNMENTS)
                || topic.equals(Topics.ROUTES);
    }

    /// topic → key → last value, of the committed records of this store. Internal keys are left out: they never
    /// have a value.
    Map<String, Map<String, Audit.Last>> last() throws InterruptedException {
        Map<String, Map<String, Audit.Last>> all = new HashMap<>();
        try (TopicScanClient scan =
                new TopicScanClient(KafkaSettings.consumer(endpoint, Isolation.READ_COMMITTED), topics())) {
            scan.run(record -> take(record, all.computeIfAbsent(record.topic(), _ -> new HashMap<>())));
        }
        return all;
    }

    private void take(ConsumerRecord<byte[], byte[]> record, Map<String, Audit.Last> lasts) {
        if (!store.text().equals(header(record, Headers.STORE))) {
            return;
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        byte[] value = record.value();
        if (value == null) {
            lasts.remove(key);
        } else {
            lasts.put(key, new Audit.Last(record.partition(), Audit.digest(WireFormat.payload(value))));
        }
    }

    private static @Nullable String header(ConsumerRecord<?, ?> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
