package dev.shiplog.store.kafka;

import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.store.journal.Journal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Appends to one journal. A Kafka producer that can send no more is replaced: what it had under way has failed, so
/// nothing that succeeds later stands before it.
final class KafkaJournalWriter implements Journal.Writer {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaJournalWriter.class);

    private final Map<String, Object> settings;
    private final TopicPartition partition;
    private Producer<byte[], byte[]> producer;

    KafkaJournalWriter(KafkaEndpoint endpoint, TopicPartition partition) {
        this.settings = KafkaSettings.journalProducer(endpoint);
        this.partition = partition;
        this.producer = new KafkaProducer<>(settings);
    }

    @Override
    public synchronized void send(byte[] bytes, Journal.Acknowledgement acknowledgement) {
        AtomicBoolean told = new AtomicBoolean();
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(partition.topic(), partition.partition(), null, bytes);
        try {
            Future<RecordMetadata> _ =
                    producer.send(record, (metadata, failure) -> tell(told, acknowledgement, metadata, failure));
        } catch (KafkaException | IllegalStateException e) {
            tell(told, acknowledgement, null, e);
            LOG.warn("the journal's producer is replaced: {}", e.toString());
            producer.close(Duration.ZERO);
            producer = new KafkaProducer<>(settings);
        }
    }

    private static void tell(
            AtomicBoolean told,
            Journal.Acknowledgement acknowledgement,
            @Nullable RecordMetadata metadata,
            @Nullable Exception failure) {
        if (!told.compareAndSet(false, true)) {
            return;
        }
        if (failure != null || metadata == null) {
            acknowledgement.failed(failure == null ? new KafkaException("no answer") : failure);
        } else {
            acknowledgement.acknowledged(metadata.offset(), metadata.timestamp());
        }
    }

    @Override
    public synchronized void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
