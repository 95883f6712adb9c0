package dev.shiplog.store.kafka;

import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.store.journal.Journal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Appends to one journal. With one request in flight, what comes while a batch is being synced makes the next batch;
/// nothing waits for company.
///
/// A Kafka producer that can send no more is replaced: what it had under way has failed, so nothing that succeeds
/// later stands before it.
final class KafkaJournalWriter implements Journal.Writer {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaJournalWriter.class);

    private final Map<String, Object> settings;
    private final TopicPartition partition;
    private final OwnRecords own;
    private Producer<byte[], byte[]> producer;

    KafkaJournalWriter(KafkaEndpoint endpoint, TopicPartition partition, OwnRecords own) {
        this.settings = KafkaSettings.journalProducer(endpoint);
        this.partition = partition;
        this.own = own;
        this.producer = new KafkaProducer<>(settings);
    }

    @Override
    public synchronized void send(byte[] bytes, Journal.Acknowledgement acknowledgement) {
        Sending sending = new Sending(bytes, acknowledgement);
        own.sent();
        try {
            Future<RecordMetadata> _ =
                    producer.send(new ProducerRecord<>(partition.topic(), partition.partition(), null, bytes), sending);
        } catch (KafkaException | IllegalStateException e) {
            sending.onCompletion(null, e);
            LOG.warn("the journal's producer is replaced: {}", e.toString());
            producer.close(Duration.ZERO);
            producer = new KafkaProducer<>(settings);
        }
    }

    @Override
    public synchronized void close() {
        producer.close(Duration.ofSeconds(2));
    }

    /// One record on its way; it is answered once.
    private final class Sending implements Callback {
        private final byte[] bytes;
        private final Journal.Acknowledgement acknowledgement;
        private final AtomicBoolean told = new AtomicBoolean();

        Sending(byte[] bytes, Journal.Acknowledgement acknowledgement) {
            this.bytes = bytes;
            this.acknowledgement = acknowledgement;
        }

        @Override
        public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception failure) {
            if (!told.compareAndSet(false, true)) {
                return;
            }
            if (failure != null || metadata == null) {
                own.failed();
                acknowledgement.failed(failure == null ? new KafkaException("no answer") : failure);
                return;
            }
            own.acknowledged(new Journal.Stored(metadata.offset(), metadata.timestamp(), bytes));
            acknowledgement.acknowledged(metadata.offset(), metadata.timestamp());
        }
    }
}
