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
import org.apache.kafka.common.errors.WakeupException;

/// Reads one journal in order. What it reads is durable: an unreplicated broker syncs before it shows, a
/// replicated one shows what all in-sync replicas have.
final class KafkaJournalReaderClient implements Journal.Reader {
    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final OwnRecords own;
    private final Runnable wake;

    /// Whether this process's own records come one after the other, with none of anybody else between. Then the
    /// broker is left alone.
    private boolean alone;

    /// Whether a poll of the broker may be interrupted by an own record.
    private volatile boolean polling;

    /// The offset that comes next. What the broker sends below it was handed over already.
    private long next;

    KafkaJournalReaderClient(KafkaEndpoint endpoint, TopicPartition partition, OwnRecords own, long from) {
        this.consumer = new KafkaConsumer<>(KafkaSettings.journalConsumer(endpoint));
        this.partition = partition;
        this.own = own;
        this.next = from;
        this.wake = () -> {
            if (polling) {
                consumer.wakeup();
            }
        };
        own.register(wake);
        consumer.assign(List.of(partition));
        consumer.seek(partition, from);
    }

    @Override
    public List<Journal.Stored> poll(Duration atMost) throws JournalUnavailable, RevisionGone, InterruptedException {
        try {
            List<Journal.Stored> stored = alone ? own.await(next) : own.take(next);
            alone = !stored.isEmpty();
            if (!alone) {
                stored = fetched(atMost);
            }
            if (!stored.isEmpty()) {
                next = stored.getLast().offset() + 1;
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

    private List<Journal.Stored> fetched(Duration atMost) throws InterruptedException {
        List<Journal.Stored> stored = new ArrayList<>();
        polling = true;
        try {
            if (consumer.position(partition) < next) {
                consumer.seek(partition, next);
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(atMost).records(partition)) {
                if (record.offset() >= next) {
                    byte[] bytes = record.value();
                    stored.add(new Journal.Stored(
                            record.offset(), record.timestamp(), bytes == null ? new byte[0] : bytes));
                }
            }
            return stored;
        } catch (WakeupException e) {
            return own.take(next);
        } finally {
            polling = false;
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
        own.unregister(wake);
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(1)));
    }
}
