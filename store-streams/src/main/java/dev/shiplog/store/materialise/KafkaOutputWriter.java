package dev.shiplog.store.materialise;

import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.registry.HangingTransactionsClient;
import dev.shiplog.schemas.registry.RegistryClient;
import dev.shiplog.schemas.registry.WireFormat;
import dev.shiplog.store.kafka.KafkaSettings;
import dev.shiplog.store.kafka.Topics;
import dev.shiplog.store.kafka.TopicsClient;
import dev.shiplog.store.kafka.WrongTopics;
import dev.shiplog.store.materialise.Output.Payload;
import dev.shiplog.store.materialise.Output.Target;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/// The outputs on Kafka. The transactional id is the store's, so the broker itself refuses whoever was taken
/// over from, and what it had sent but not committed becomes void.
final class KafkaOutputWriter implements OutputLog, AutoCloseable {
    private final KafkaEndpoint endpoint;
    private final StoreName store;
    private final RegistryClient registry;
    private final String transactionalId;
    private final Producer<byte[], byte[]> producer;
    private final Map<Use, Integer> ids = new HashMap<>();
    private final Set<String> typedTopics = new HashSet<>();
    private boolean inTransaction;

    /// A schema under a subject.
    private record Use(String subject, long fingerprint) {}

    KafkaOutputWriter(KafkaEndpoint endpoint, StoreName store, RegistryClient registry) {
        this.endpoint = endpoint;
        this.store = store;
        this.registry = registry;
        this.transactionalId = "shiplog-materialiser-" + store.text();
        this.producer = new KafkaProducer<>(KafkaSettings.transactionalProducer(endpoint, transactionalId));
    }

    @Override
    public Progress takeOver() throws Fenced {
        boolean hung = false;
        try {
            if (inTransaction) {
                producer.abortTransaction();
                inTransaction = false;
            } else {
                producer.initTransactions();
                hung = endHanging();
            }
        } catch (KafkaException e) {
            throw fencedOr(e);
        }
        try (ProgressClient progress = new ProgressClient(endpoint)) {
            Progress committed = progress.committed(store);
            // What hung is gone from some topics and may be there in others.
            return hung ? new Progress(committed.position(), committed.revision(), false) : committed;
        }
    }

    private boolean endHanging() {
        try (var hanging = new HangingTransactionsClient(endpoint)) {
            return hanging.end(transactionalId, Topics::isOutput);
        }
    }

    @Override
    public void send(Output output) throws Fenced {
        if (output.target() instanceof Target.Typed typed && !typedTopics.contains(typed.topic())) {
            ensure(typed);
        }
        Payload payload = output.payload();
        byte[] value = payload == null
                ? null
                : WireFormat.frame(id(payload.subject(), payload.fingerprint(), payload.schema()), payload.avro());
        List<Header> headers = output.headers().stream()
                .<Header>map(header -> new RecordHeader(header.name(), utf8(header.value())))
                .toList();
        put(new ProducerRecord<>(
                output.target().topic(), output.partition(), null, utf8(output.key()), value, headers));
    }

    private void put(ProducerRecord<byte[], byte[]> record) throws Fenced {
        try {
            if (!inTransaction) {
                producer.beginTransaction();
                inTransaction = true;
            }
            Future<RecordMetadata> _ = producer.send(record);
        } catch (KafkaException e) {
            throw fencedOr(e);
        }
    }

    @Override
    public void commit(Progress progress) throws Fenced {
        int id = id(Topics.PROGRESS + "-value", 0, ProgressCodec.SCHEMA);
        byte[] value = WireFormat.frame(id, ProgressCodec.encode(progress));
        put(new ProducerRecord<>(Topics.PROGRESS, 0, utf8(store.text()), value));
        try {
            producer.commitTransaction();
            inTransaction = false;
        } catch (KafkaException e) {
            throw fencedOr(e);
        }
    }

    @Override
    public void abort() throws Fenced {
        if (!inTransaction) {
            return;
        }
        try {
            producer.abortTransaction();
            inTransaction = false;
        } catch (KafkaException e) {
            throw fencedOr(e);
        }
    }

    private int id(String subject, long fingerprint, Schema schema) {
        return ids.computeIfAbsent(new Use(subject, fingerprint), _ -> registry.register(subject, schema));
    }

    private void ensure(Target.Typed typed) {
        Topics.Scope scope = typed.namespaced() ? Topics.Scope.NAMESPACED : Topics.Scope.CLUSTER;
        try (TopicsClient topics = new TopicsClient(endpoint)) {
            topics.ensure(List.of(Topics.typed(typed.group(), typed.resource(), scope)));
            typedTopics.add(typed.topic());
        } catch (WrongTopics e) {
            throw new KafkaException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while a topic was created", e);
        }
    }

    /// Being fenced is an expected end; anything else is for the caller to try again.
    private static Fenced fencedOr(KafkaException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProducerFencedException || cause instanceof InvalidProducerEpochException) {
                return new Fenced("another materialiser has taken over", cause);
            }
        }
        throw e;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(1));
    }
}
