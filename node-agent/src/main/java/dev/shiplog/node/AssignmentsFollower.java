package dev.shiplog.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shiplog.journal.Assignment;
import dev.shiplog.schemas.Binary;
import dev.shiplog.schemas.Json;
import dev.shiplog.schemas.JsonOut;
import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.RecordType;
import dev.shiplog.schemas.registry.RegistryClient;
import dev.shiplog.schemas.registry.RegistryEndpoint;
import dev.shiplog.schemas.registry.RegistryException;
import dev.shiplog.schemas.registry.WireFormat;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the topic `assignments` from its start: first all there is, of which only the last of each pod counts, then
/// what
/// comes. When Kafka is away it waits.
final class AssignmentsFollower implements AutoCloseable {
    static final String TOPIC = "assignments";
    private static final Logger LOG = LoggerFactory.getLogger(AssignmentsFollower.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofMillis(500);

    /// Who is told.
    interface Listener {
        void assigned(String node, Assignment assignment);

        void unassigned(String node, String podUid);

        /// Everything that was there at the start has been told: these pods of these nodes, by uid, and no others.
        void synced(Map<String, Set<String>> podUids);
    }

    private final KafkaEndpoint kafka;
    private final RegistryEndpoint registry;
    private final Predicate<String> ours;
    private final Listener listener;
    private final Map<Integer, RecordType<?>> writers = new HashMap<>();
    private final Map<String, byte @Nullable []> first = new LinkedHashMap<>();
    private final Thread thread;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
    private volatile boolean closed;

    /// @param ours whether a node of this name is looked after here
    AssignmentsFollower(KafkaEndpoint kafka, RegistryEndpoint registry, Predicate<String> ours, Listener listener) {
        this.kafka = kafka;
        this.registry = registry;
        this.ours = ours;
        this.listener = listener;
        this.thread = Thread.ofVirtual().name("assignments").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!closed) {
            try (var client = new RegistryClient(registry);
                    var made =
                            new KafkaConsumer<>(settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer = made;
                follow(made, client);
            } catch (WakeupException | InterruptException e) {
                return;
            } catch (KafkaException | RegistryException e) {
                LOG.warn("cannot follow the assignments: {}", e.toString());
            } catch (RuntimeException e) {
                LOG.error("reading the assignments from the start again", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            pause();
        }
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>(kafka.settings());
        settings.put("allow.auto.create.topics", false);
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", false);
        settings.put("fetch.max.wait.ms", 1_000);
        settings.put("reconnect.backoff.max.ms", 1_000);
        settings.put("client.id", "shiplog-node-agent");
        return settings;
    }

    private void pause() {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    private void follow(KafkaConsumer<byte[], byte[]> from, RegistryClient client) throws InterruptedException {
        List<TopicPartition> partitions = partitions(from);
        from.assign(partitions);
        first.clear();
        from.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = from.endOffsets(partitions);
        boolean caughtUp = false;
        while (!closed) {
            for (ConsumerRecord<byte[], byte[]> record : from.poll(caughtUp ? POLL : Duration.ofMillis(50))) {
                String key = new String(record.key(), UTF_8);
                if (!ours.test(node(key))) {
                    continue;
                }
                if (caughtUp) {
                    tell(key, record.value(), client);
                } else {
                    first.put(key, record.value());
                }
            }
            if (!caughtUp && ends.entrySet().stream().allMatch(end -> from.position(end.getKey()) >= end.getValue())) {
                caughtUp = true;
                tellFirst(client);
            }
        }
    }

    private void tellFirst(RegistryClient client) {
        Map<String, Set<String>> podUids = new HashMap<>();
        first.forEach((key, value) -> {
            tell(key, value, client);
            if (value != null) {
                podUids.computeIfAbsent(node(key), _ -> new HashSet<>()).add(key.substring(key.indexOf('/') + 1));
            }
        });
        first.clear();
        listener.synced(podUids);
    }

    private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> from) throws InterruptedException {
        while (true) {
            var infos = from.listTopics().getOrDefault(TOPIC, List.of());
            if (!infos.isEmpty()) {
                return infos.stream()
                        .map(info -> new TopicPartition(TOPIC, info.partition()))
                        .toList();
            }
            Thread.sleep(RETRY);
        }
    }

    private void tell(String key, byte @Nullable [] value, RegistryClient client) {
        if (value == null) {
            listener.unassigned(node(key), key.substring(key.indexOf('/') + 1));
        } else {
            listener.assigned(node(key), decode(value, client));
        }
    }

    private static String node(String key) {
        int slash = key.indexOf('/');
        return slash < 0 ? "" : key.substring(0, slash);
    }

    /// What another version wrote is read by the names of its fields.
    private Assignment decode(byte[] value, RegistryClient client) {
        RecordType<?> wrote = writers.computeIfAbsent(WireFormat.id(value), id -> type(client.byId(id)));
        byte[] avro = WireFormat.payload(value);
        if (wrote == Assignment.TYPE) {
            return Binary.decode(Assignment.TYPE, avro);
        }
        var json = new JsonOut();
        Binary.toJson(wrote, avro, 0, json);
        return Json.decode(Assignment.TYPE, json.toByteArray()).object();
    }

    private static RecordType<?> type(Schema schema) {
        RecordType<?> wrote = RecordType.dynamic(schema);
        return wrote.fingerprint() == Assignment.TYPE.fingerprint() ? Assignment.TYPE : wrote;
    }

    @Override
    public void close() {
        closed = true;
        KafkaConsumer<byte[], byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
        thread.interrupt();
    }
}
