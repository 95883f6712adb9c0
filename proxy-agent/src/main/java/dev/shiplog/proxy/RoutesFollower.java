package dev.shiplog.proxy;

import dev.shiplog.journal.Route;
import dev.shiplog.schemas.Binary;
import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.registry.RegistryClient;
import dev.shiplog.schemas.registry.RegistryEndpoint;
import dev.shiplog.schemas.registry.WireFormat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Reads the topic `routes` from its start and then as it grows. Used by one thread.
///
/// It reads uncommitted records: a route is a function of the journal alone, so an aborted transaction of the materialiser
/// holds nothing that its successor does not write again.
final class RoutesFollower implements AutoCloseable {
    private static final TopicPartition ROUTES = new TopicPartition("routes", 0);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final RegistryClient registry;
    private long end;

    RoutesFollower(KafkaEndpoint kafka, RegistryEndpoint registry) {
        Map<String, Object> settings = kafka.settings();
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 5_000);
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "proxy-agent");
        this.consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.registry = new RegistryClient(registry);
        consumer.assign(List.of(ROUTES));
        consumer.seekToBeginning(List.of(ROUTES));
        end = consumer.endOffsets(List.of(ROUTES)).get(ROUTES);
    }

    /// The next changes, the last one of each Service; empty when there were none for `patience`. An absent route means that
    /// the Service is gone.
    Map<String, Optional<Route>> poll(Duration patience) {
        var changes = new LinkedHashMap<String, Optional<Route>>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(patience)) {
            String key = new String(record.key(), StandardCharsets.UTF_8);
            changes.put(key, Optional.ofNullable(record.value()).map(this::decode));
        }
        return changes;
    }

    /// Whether everything that was there at the start has been handed out.
    boolean caughtUp() {
        return consumer.position(ROUTES) >= end;
    }

    private Route decode(byte[] value) {
        return Binary.decode(registry.byId(WireFormat.id(value)), WireFormat.payload(value), Route.class);
    }

    @Override
    public void close() {
        consumer.close();
        registry.close();
    }
}
