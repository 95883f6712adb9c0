package dev.shiplog.store.kafka;

import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.journal.Journal;
import dev.shiplog.store.journal.JournalUnavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/// Reads one journal in order. What it reads is durable: an unreplicated broker syncs before it shows, a replicated
/// one shows what all in-sync replicas have.
final class KafkaJournalReaderClient implements Journal.Reader {
    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;

    KafkaJournalReaderClient(KafkaEndpoint endpoint, TopicPartition partition, long from) {
        this.consumer = new KafkaConsumer<>(KafkaSettings.consumer(endpoint, KafkaSettings.Isolation.READ_UNCOMMITTED));
        this.partition = partition;
        consumer.assign(List.of(partition));
        consumer.seek(partition, from);
    }

    @Override
    public List<Journal.Stored> poll(Duration atMost) throws JournalUnavailable, RevisionGone, InterruptedException {
        try {
            List<ConsumerRecord<byte[], byte[]>> records = consumer.poll(atMost).records(partition);
            List<Journal.Stored> stored = new ArrayList<>(records.size());
            for (ConsumerRecord<byte[], byte[]> record : records) {
                byte[] bytes = record.value();
                stored.add(
                        new Journal.Stored(record.offset(), record.timestamp(), bytes == null ? new byte[0] : bytes));
            }
            return stored;
        } catch (OffsetOutOfRangeException e) {
            throw outOfRange(e);
        } catch (InterruptException e) {
            throw interrupted(e);
        } catch (KafkaException e) {
            throw new JournalUnavailable("the journal cannot be read: " + e.getMessage(), e);
        }
    }

    private JournalUnavailable outOfRange(OffsetOutOfRangeException cause) throws RevisionGone {
        long wanted = cause.offsetOutOfRangePartitions().getOrDefault(partition, 0L);
        Long start = consumer.beginningOffsets(List.of(partition)).get(partition);
        if (start != null && wanted < start) {
            throw new RevisionGone(wanted, start);
        }
        return new JournalUnavailable("the journal ends before position " + wanted, cause);
    }

    /// Kafka sets the flag again; whoever catches the exception decides.
    private static InterruptedException interrupted(InterruptException cause) {
        Thread.interrupted();
        InterruptedException exception = new InterruptedException("interrupted while the journal was read");
        exception.initCause(cause);
        return exception;
    }

    @Override
    public void close() {
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(1)));
    }
}
