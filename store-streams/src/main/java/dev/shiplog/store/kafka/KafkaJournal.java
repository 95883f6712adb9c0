package dev.shiplog.store.kafka;

import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.journal.Journal;
import dev.shiplog.store.journal.JournalUnavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// A journal on a Kafka topic of one partition.
public final class KafkaJournal implements Journal {
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofMillis(50);

    private final KafkaEndpoint endpoint;
    private final StoreName store;
    private final TopicPartition partition;
    private final Admin admin;
    private final UUID topicId;
    private final OwnRecords own = new OwnRecords();

    private KafkaJournal(KafkaEndpoint endpoint, StoreName store, Admin admin, UUID topicId) {
        this.endpoint = endpoint;
        this.store = store;
        this.partition = new TopicPartition(store.journalTopic(), 0);
        this.admin = admin;
        this.topicId = topicId;
    }

    /// Opens a store's journal; waits until its topic is there.
    ///
    /// @throws JournalUnavailable when it is not there in time
    public static KafkaJournal open(KafkaEndpoint endpoint, StoreName store, Duration atMost)
            throws JournalUnavailable, InterruptedException {
        Admin admin = Admin.create(KafkaSettings.admin(endpoint));
        try {
            Uuid id = topicId(admin, store.journalTopic(), Instant.now().plus(atMost));
            UUID topicId = new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
            return new KafkaJournal(endpoint, store, admin, topicId);
        } catch (JournalUnavailable | InterruptedException | RuntimeException e) {
            admin.close(Duration.ZERO);
            throw e;
        }
    }

    private static Uuid topicId(Admin admin, String topic, Instant deadline)
            throws JournalUnavailable, InterruptedException {
        while (true) {
            try {
                TopicDescription description = admin.describeTopics(List.of(topic))
                        .allTopicNames()
                        .get(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                        .get(topic);
                if (description != null) {
                    return description.topicId();
                }
            } catch (ExecutionException | TimeoutException e) {
                boolean mayCome = e instanceof TimeoutException
                        || e.getCause() instanceof UnknownTopicOrPartitionException
                        || e.getCause() instanceof RetriableException;
                if (!mayCome || Instant.now().isAfter(deadline)) {
                    throw new JournalUnavailable("the topic " + topic + " cannot be found", e);
                }
            }
            TimeUnit.MILLISECONDS.sleep(RETRY.toMillis());
        }
    }

    @Override
    public StoreName store() {
        return store;
    }

    @Override
    public UUID topicId() {
        return topicId;
    }

    @Override
    public long start() throws JournalUnavailable {
        return offset(OffsetSpec.earliest());
    }

    @Override
    public long end() throws JournalUnavailable {
        return offset(OffsetSpec.latest());
    }

    private long offset(OffsetSpec which) throws JournalUnavailable {
        return answer(admin.listOffsets(Map.of(partition, which)).partitionResult(partition))
                .offset();
    }

    @Override
    public Reader reader(long from) {
        return new KafkaJournalReaderClient(endpoint, partition, own, from);
    }

    @Override
    public Writer writer() {
        return new KafkaJournalWriter(endpoint, partition, own);
    }

    @Override
    public void deleteRecords(long before) throws JournalUnavailable {
        answer(admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(before)))
                .all());
    }

    private static <T> T answer(KafkaFuture<T> future) throws JournalUnavailable {
        try {
            return future.get(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new JournalUnavailable("Kafka answered: " + e.getMessage(), e);
        } catch (TimeoutException e) {
            throw new JournalUnavailable("Kafka did not answer within " + ANSWER_TIMEOUT, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JournalUnavailable("interrupted while Kafka was asked", e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
