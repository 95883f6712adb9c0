package dev.shiplog.schemas.registry;

import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.RecordType;
import dev.shiplog.schemas.Typed;
import dev.shiplog.schemas.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
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

/// Follows a compacted topic of one type in a thread of its own: tells its listener all there is, of which only the
/// last of each key counts, and then what changes. When Kafka or the registry is away it waits, and then begins anew.
///
/// It reads uncommitted records: what the materialiser writes is a function of the journal alone, so an aborted
/// transaction holds nothing that its successor does not write again.
public final class TypedTopicFollower<T extends Typed> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TypedTopicFollower.class);
    private static final int FETCH_WAIT_MAX_MILLIS = 5_000;
    private static final int RECONNECT_MAX_MILLIS = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration EAGER = Duration.ofMillis(50);
    private static final Duration RETRY = Duration.ofMillis(500);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

    private final Source<T> source;
    private final Listener<T> listener;
    private final Map<Integer, Writer<T>> writers = new HashMap<>();
    private final Thread thread;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
    private volatile boolean closed;

    /// What to read.
    ///
    /// @param wanted the keys of interest; what has another is not even decoded
    /// @param clientId by which the broker knows the reader
    public record Source<T extends Typed>(
            KafkaEndpoint kafka,
            RegistryEndpoint registry,
            String topic,
            RecordType<T> type,
            Predicate<String> wanted,
            String clientId) {}

    /// A key and what it has now; null = it is gone.
    public record Changed<T>(String key, @Nullable T value) {}

    /// Who is told, by the follower's thread. What it throws makes the follower begin anew.
    public interface Listener<T> {
        /// All that the topic holds, by key; told again whenever the topic is read from its start again.
        void everything(Map<String, T> all) throws InterruptedException;

        /// What came since, in order; empty about once a second while nothing comes.
        void changed(List<Changed<T>> changes) throws InterruptedException;
    }

    public TypedTopicFollower(Source<T> source, Listener<T> listener) {
        this.source = source;
        this.listener = listener;
        this.thread = Thread.ofVirtual().name("follow-" + source.topic()).unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        while (!closed) {
            try (var registry = new RegistryClient(source.registry());
                    var made =
                            new KafkaConsumer<>(settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer = made;
                follow(made, registry);
            } catch (WakeupException | InterruptException | InterruptedException e) {
                return;
            } catch (KafkaException | RegistryException e) {
                LOG.warn("cannot follow the topic {}: {}", source.topic(), e.toString());
            } catch (RuntimeException e) {
                LOG.error("reading the topic {} from its start again", source.topic(), e);
            }
            pause();
        }
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>(source.kafka().settings());
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MAX_MILLIS);
        settings.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, RECONNECT_MAX_MILLIS);
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, source.clientId());
        return settings;
    }

    private void pause() {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    private void follow(KafkaConsumer<byte[], byte[]> from, RegistryClient registry) throws InterruptedException {
        List<TopicPartition> partitions = partitions(from);
        from.assign(partitions);
        from.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = from.endOffsets(partitions);
        Map<String, byte[]> last = new LinkedHashMap<>();
        while (ends.entrySet().stream().anyMatch(end -> from.position(end.getKey()) < end.getValue())) {
            for (ConsumerRecord<byte[], byte[]> record : from.poll(EAGER)) {
                String key = key(record);
                if (record.value() == null) {
                    last.remove(key);
                } else if (source.wanted().test(key)) {
                    last.put(key, record.value());
                }
            }
        }
        Map<String, T> all = new LinkedHashMap<>();
        last.forEach((key, value) -> all.put(key, decode(value, registry)));
        listener.everything(all);
        while (!closed) {
            listener.changed(poll(from, registry));
        }
    }

    private List<Changed<T>> poll(KafkaConsumer<byte[], byte[]> from, RegistryClient registry) {
        var changes = new ArrayList<Changed<T>>();
        for (ConsumerRecord<byte[], byte[]> record : from.poll(PATIENCE)) {
            String key = key(record);
            if (source.wanted().test(key)) {
                byte[] value = record.value();
                changes.add(new Changed<>(key, value == null ? null : decode(value, registry)));
            }
        }
        return changes;
    }

    private static String key(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.key(), StandardCharsets.UTF_8);
    }

    /// A topic that is not there yet is no empty topic: what it will hold is not known.
    private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> from) throws InterruptedException {
        while (true) {
            var infos = from.listTopics().getOrDefault(source.topic(), List.of());
            if (!infos.isEmpty()) {
                return infos.stream()
                        .map(info -> new TopicPartition(source.topic(), info.partition()))
                        .toList();
            }
            Thread.sleep(RETRY);
        }
    }

    /// What another version wrote is read by the names of its fields.
    private T decode(byte[] framed, RegistryClient registry) {
        Writer<T> writer =
                writers.computeIfAbsent(WireFormat.id(framed), id -> Writer.of(registry.byId(id), source.type()));
        return writer.decode(framed, WireFormat.HEADER_BYTES);
    }

    /// Stops following, and waits until the listener is told nothing more.
    @Override
    public void close() {
        closed = true;
        KafkaConsumer<byte[], byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
        if (thread.getState() == Thread.State.NEW) {
            return;
        }
        thread.interrupt();
        try {
            thread.join(CLOSE_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
