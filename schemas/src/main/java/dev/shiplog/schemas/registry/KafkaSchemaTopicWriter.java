package dev.shiplog.schemas.registry;

import dev.shiplog.schemas.KafkaEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/// The topic `_schemas` in Kafka. Its one writer is the last to have claimed a fixed `transactional.id`: that
/// fences the writer before it, whose unfinished append no reader sees.
public final class KafkaSchemaTopicWriter implements SchemaTopic {
    static final String TRANSACTIONAL_ID = "shiplog-registry";
    private static final TopicPartition PARTITION = new TopicPartition("_schemas", 0);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(100);

    /// A fetch that begins before a commit's marker is written is not woken by it, and waits this long. There
    /// is one only while somebody asks.
    private static final int FETCH_WAIT_MAX_MILLIS = 5;

    private final KafkaEndpoint kafka;
    private final KafkaConsumer<String, String> consumer;
    private @Nullable KafkaProducer<String, String> producer;

    /// The end of what this writer has appended. A commit is answered before readers can see it, so reading
    /// waits.
    private long ownEnd;

    /// Creates the topic when there is none.
    ///
    /// @throws RegistryException when Kafka does not answer
    public KafkaSchemaTopicWriter(KafkaEndpoint kafka) {
        this.kafka = kafka;
        createTopic(kafka);
        Map<String, Object> settings = clientSettings(kafka);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MAX_MILLIS);
        this.consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
        consumer.assign(List.of(PARTITION));
        consumer.seekToBeginning(List.of(PARTITION));
    }

    @Override
    public List<Entry> readToEnd() {
        var entries = new ArrayList<Entry>();
        try {
            long end = Math.max(
                    ownEnd, consumer.endOffsets(List.of(PARTITION), TIMEOUT).getOrDefault(PARTITION, 0L));
            long deadline = System.nanoTime() + TIMEOUT.toNanos();
            while (consumer.position(PARTITION, TIMEOUT) < end) {
                if (System.nanoTime() > deadline) {
                    throw new RegistryException(500, 50001, "_schemas could not be read to its end in " + TIMEOUT);
                }
                for (var found : consumer.poll(POLL)) {
                    if (found.key() != null) {
                        entries.add(new Entry(found.key(), found.value()));
                    }
                }
            }
        } catch (KafkaException e) {
            throw RegistryException.unreachable("_schemas could not be read", e);
        }
        return entries;
    }

    @Override
    public void claim() {
        if (producer != null) {
            return;
        }
        Map<String, Object> settings = clientSettings(kafka);
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, TRANSACTIONAL_ID);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, TIMEOUT.toMillis());
        settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TIMEOUT.toMillis());
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, RegistryServer.BODY_BYTES_MAX * 2L);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RegistryServer.BODY_BYTES_MAX * 2);
        var claimed = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
        try (var hanging = new HangingTransactionsClient(kafka)) {
            claimed.initTransactions();
            hanging.end(TRANSACTIONAL_ID, PARTITION.topic()::equals);
        } catch (KafkaException e) {
            claimed.close(Duration.ZERO);
            throw RegistryException.unreachable("_schemas could not be claimed", e);
        }
        producer = claimed;
    }

    @Override
    public boolean append(Entry entry) {
        KafkaProducer<String, String> claimed = Optional.ofNullable(producer)
                .orElseThrow(() -> new IllegalStateException("_schemas is appended to without a claim"));
        try {
            claimed.beginTransaction();
            var sent = claimed.send(
                    new ProducerRecord<>(PARTITION.topic(), PARTITION.partition(), entry.key(), entry.value()));
            claimed.commitTransaction();
            ownEnd = sent.resultNow().offset() + 1;
            return true;
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            release();
            return false;
        } catch (KafkaException e) {
            // Whether it was committed shows when the topic is read again, by whoever claims it next.
            release();
            throw RegistryException.unreachable("_schemas could not be written", e);
        }
    }

    private void release() {
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    @Override
    public void close() {
        release();
        consumer.close();
    }

    private static Map<String, Object> clientSettings(KafkaEndpoint kafka) {
        var settings = new HashMap<String, Object>(kafka.security());
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "shiplog-registry");
        // A topic that was just made has no leader for a moment.
        settings.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 10);
        settings.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 500);
        return settings;
    }

    private static void createTopic(KafkaEndpoint kafka) {
        var topic = new NewTopic(PARTITION.topic(), Optional.of(1), Optional.empty())
                .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
        try (Admin admin = Admin.create(clientSettings(kafka))) {
            admin.createTopics(List.of(topic)).all().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw RegistryException.unreachable("_schemas could not be created", e);
            }
        } catch (TimeoutException e) {
            throw RegistryException.unreachable("_schemas could not be created", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RegistryException.unreachable("interrupted while creating _schemas", e);
        }
    }
}
