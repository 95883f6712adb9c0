package dev.shiplog.store.verify;

import dev.shiplog.journal.Key;
import dev.shiplog.schemas.Fingerprints;
import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.Keys;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.registry.RegistryClient;
import dev.shiplog.schemas.registry.WireFormat;
import dev.shiplog.store.Entry;
import dev.shiplog.store.kafka.KafkaSettings;
import dev.shiplog.store.kafka.KafkaSettings.Isolation;
import dev.shiplog.store.kafka.TopicScanClient;
import dev.shiplog.store.kafka.Topics;
import dev.shiplog.store.kafka.TopicsClient;
import dev.shiplog.store.materialise.AvroSplice;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/// Reads the objects back out of the output topics, as the journal had them.
final class TopicObjectsClient {
    private static final String REVISION = "shiplog.revision";
    private static final String STORE = "shiplog.store";

    private final KafkaEndpoint endpoint;
    private final RegistryClient registry;
    private final StoreName store;
    private final Map<Integer, Long> fingerprints = new HashMap<>();

    TopicObjectsClient(KafkaEndpoint endpoint, RegistryClient registry, StoreName store) {
        this.endpoint = endpoint;
        this.registry = registry;
        this.store = store;
    }

    /// The last record of a key: its object, or the revision at which it was deleted.
    record Last(@Nullable Entry entry, long revision) {}

    /// The last record of every object in `objects`.
    Map<Key, Last> objects() {
        Map<Key, Last> lasts = new HashMap<>();
        scan(List.of(Topics.OBJECTS), record -> {
            Key key = Keys.parse(text(record.key()));
            if (!Keys.isInternal(key)) {
                lasts.put(key, last(key, record));
            }
        });
        return lasts;
    }

    /// The last record of every object in the typed topics.
    Map<Key, Last> typed() throws InterruptedException {
        List<String> names;
        try (TopicsClient topics = new TopicsClient(endpoint)) {
            names = topics.names().stream()
                    .filter(name -> name.startsWith(Topics.OBJECTS + "."))
                    .toList();
        }
        Map<Key, Last> lasts = new HashMap<>();
        scan(names, record -> {
            Key key = typedKey(record.topic(), text(record.key()));
            lasts.put(key, last(key, record));
        });
        return lasts;
    }

    /// `objects.<group>.<resource>`: a resource has no dot, a group may have.
    private static Key typedKey(String topic, String key) {
        String rest = topic.substring(Topics.OBJECTS.length() + 1);
        int dot = rest.lastIndexOf('.');
        String group = rest.substring(0, dot);
        int slash = key.indexOf('/');
        return new Key(
                group.equals("core") ? "" : group,
                rest.substring(dot + 1),
                slash < 0 ? "" : key.substring(0, slash),
                key.substring(slash + 1));
    }

    private void scan(List<String> topics, TopicScanClient.Taker taker) {
        if (topics.isEmpty()) {
            return;
        }
        try (TopicScanClient scan =
                new TopicScanClient(KafkaSettings.consumer(endpoint, Isolation.READ_COMMITTED), topics)) {
            scan.run(record -> {
                if (store.text().equals(header(record, STORE))) {
                    taker.take(record);
                }
            });
        }
    }

    private Last last(Key key, ConsumerRecord<byte[], byte[]> record) {
        String text = header(record, REVISION);
        long revision = text == null ? 0 : Long.parseLong(text);
        byte[] value = record.value();
        if (value == null) {
            return new Last(null, revision);
        }
        int id = WireFormat.id(value);
        Schema schema = registry.byId(id);
        long fingerprint = fingerprints.computeIfAbsent(id, _ -> Fingerprints.of(schema.toString()));
        byte[] avro = AvroSplice.resourceVersion(schema, WireFormat.payload(value), "");
        return new Last(new Entry(key, revision, fingerprint, avro), revision);
    }

    private static @Nullable String header(ConsumerRecord<?, ?> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : text(header.value());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
