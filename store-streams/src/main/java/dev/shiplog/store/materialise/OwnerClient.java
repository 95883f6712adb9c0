package dev.shiplog.store.materialise;

import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.kafka.KafkaSettings;
import dev.shiplog.store.kafka.KafkaSettings.Isolation;
import dev.shiplog.store.kafka.Membership;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/// Decides which process's materialiser works: the one that a consumer group gives the journal's partition. It
/// reads nothing. It makes for one that works; that there are never two is the fence's business.
final class OwnerClient implements AutoCloseable {
    private final Consumer<byte[], byte[]> consumer;
    private boolean owner;

    OwnerClient(KafkaEndpoint endpoint, StoreName store, Membership membership) {
        Map<String, Object> settings = KafkaSettings.consumer(endpoint, Isolation.READ_UNCOMMITTED);
        settings.put("group.id", "shiplog-materialiser-" + store.text());
        settings.put("auto.offset.reset", "latest");
        settings.putAll(membership.settings());
        this.consumer = new KafkaConsumer<>(settings);
        consumer.subscribe(List.of(store.journalTopic()), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                consumer.pause(partitions);
                owner = owner || !partitions.isEmpty();
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                owner = owner && partitions.isEmpty();
            }
        });
    }

    /// Keeps the membership alive; has to be called every few seconds.
    ///
    /// @return whether this process is the owner
    boolean poll(Duration atMost) {
        consumer.poll(atMost);
        return owner;
    }

    boolean owner() {
        return owner;
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(Duration.ofSeconds(1)));
    }
}
