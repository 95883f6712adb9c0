package dev.shiplog.schemas.registry;

import dev.shiplog.schemas.KafkaEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends transactions that Kafka has forgotten in some partitions.
///
/// A broker that is killed in the middle of a commit finishes it when it is back. But when the coordinator
/// looks for a partition's leader while the broker is not unfenced yet, it finds none, takes the partition for
/// deleted and leaves it out (KAFKA-5202). Then the transaction is over and yet open there, for ever, and
/// whoever reads committed records stops in front of it. Such transactions can only be aborted (KIP-664),
/// partition by partition; what that takes away, the writer has to write again.
public final class HangingTransactionsClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HangingTransactionsClient.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

    private final Admin admin;

    public HangingTransactionsClient(KafkaEndpoint kafka) {
        Map<String, Object> settings = new HashMap<>(kafka.settings());
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis());
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) REQUEST_TIMEOUT.toMillis());
        settings.put(AdminClientConfig.RETRY_BACKOFF_MS_CONFIG, 10);
        this.admin = Admin.create(settings);
    }

    /// Aborts what hangs of a writer that has just taken its transactional id over, and has begun nothing yet:
    /// whatever is open under its producer id hangs. Only the newest producer id of the writer is known; Kafka
    /// gives another after 32,000 take-overs.
    ///
    /// @param topics where the writer writes
    /// @return whether there was any
    /// @throws KafkaException when Kafka does not answer
    public boolean end(String transactionalId, Predicate<String> topics) {
        long producer = get(admin.describeTransactions(List.of(transactionalId)).description(transactionalId))
                .producerId();
        List<AbortTransactionSpec> hanging = new ArrayList<>();
        get(admin.describeProducers(partitions(topics)).all()).forEach((partition, found) -> {
            for (ProducerState state : found.activeProducers()) {
                if (state.producerId() == producer
                        && state.currentTransactionStartOffset().isPresent()) {
                    hanging.add(new AbortTransactionSpec(
                            partition,
                            producer,
                            (short) state.producerEpoch(),
                            state.coordinatorEpoch().orElse(0)));
                }
            }
        });
        for (AbortTransactionSpec each : hanging) {
            LOG.warn("a transaction of {} hangs and is aborted: {}", transactionalId, each);
            get(admin.abortTransaction(each).all());
        }
        return !hanging.isEmpty();
    }

    private List<TopicPartition> partitions(Predicate<String> topics) {
        List<String> names =
                get(admin.listTopics().names()).stream().filter(topics).toList();
        return get(admin.describeTopics(names).allTopicNames()).values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .toList();
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failure) {
            throw failure.getCause() instanceof KafkaException known ? known : new KafkaException(failure.getCause());
        } catch (TimeoutException late) {
            throw new KafkaException("Kafka did not answer within " + TIMEOUT, late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while hanging transactions were looked for", interrupted);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
