package dev.shiplog.store.verify;

import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.registry.RegistryClient;
import dev.shiplog.schemas.registry.RegistryEndpoint;
import dev.shiplog.store.kafka.KafkaSettings;
import dev.shiplog.store.kafka.KafkaSettings.Isolation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedCollection;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/// Shows topics and their committed records to people and scripts.
public final class TopicReaderClient implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    /// How many records of a partition are shown when neither the beginning nor a number was asked for.
    private static final long RECENT = 10;

    private final Consumer<byte[], byte[]> consumer;
    private final RegistryClient registry;
    private final TopicLineWriter lines;

    public TopicReaderClient(KafkaEndpoint endpoint, RegistryEndpoint registry) {
        this.consumer = new KafkaConsumer<>(KafkaSettings.consumer(endpoint, Isolation.READ_COMMITTED));
        this.registry = new RegistryClient(registry);
        this.lines = new TopicLineWriter(this.registry::byId);
    }

    /// What to read.
    ///
    /// @param limit how many records at most, over all partitions
    public record Range(String topic, Begin begin, End end, long limit) {

        /// Where to begin in each partition.
        public enum Begin {
            START,
            /// The last few records; with [End#NEVER] only what comes from now on.
            RECENT
        }

        public enum End {
            /// What is there now.
            NOW,
            /// Waits for more.
            NEVER
        }
    }

    /// Takes one line of JSON, without its end; false ends the reading.
    public interface Printer {
        boolean print(String line);
    }

    /// A topic that this user may see.
    public record TopicName(String topic, int partitions, long records) {}

    /// All topics, Kafka's own aside. `records` counts offsets between start and end.
    public List<TopicName> list() {
        Map<String, List<PartitionInfo>> all = consumer.listTopics();
        List<TopicName> names = new ArrayList<>();
        SequencedCollection<String> sorted = new TreeSet<>(all.keySet());
        for (String topic : sorted) {
            if (!topic.startsWith("__")) {
                List<TopicPartition> partitions = partitions(topic, all.getOrDefault(topic, List.of()));
                long records = sum(consumer.endOffsets(partitions)) - sum(consumer.beginningOffsets(partitions));
                names.add(new TopicName(topic, partitions.size(), records));
            }
        }
        return names;
    }

    private static long sum(Map<TopicPartition, Long> offsets) {
        return offsets.values().stream().mapToLong(Long::longValue).sum();
    }

    private static List<TopicPartition> partitions(String topic, List<PartitionInfo> infos) {
        return infos.stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    /// Hands over the records of a topic, each partition in order.
    ///
    /// @return false when there is no such topic
    public boolean read(Range range, Printer printer) {
        List<PartitionInfo> infos = consumer.listTopics().get(range.topic());
        if (infos == null) {
            return false;
        }
        List<TopicPartition> partitions = partitions(range.topic(), infos);
        consumer.assign(partitions);
        Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
        seek(range, partitions, ends);
        long left = range.limit();
        while (left > 0 && (range.end() == Range.End.NEVER || !reached(ends))) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                boolean wanted = range.end() == Range.End.NEVER || isBelow(record, ends);
                if (wanted && left > 0) {
                    left = printer.print(lines.of(record)) ? left - 1 : 0;
                }
            }
        }
        return true;
    }

    private void seek(Range range, List<TopicPartition> partitions, Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
        for (TopicPartition partition : partitions) {
            long start = starts.getOrDefault(partition, 0L);
            long end = ends.getOrDefault(partition, 0L);
            long recent = range.end() == Range.End.NEVER ? 0 : Math.min(range.limit(), RECENT);
            consumer.seek(partition, range.begin() == Range.Begin.START ? start : Math.max(start, end - recent));
        }
    }

    /// A commit marker or a compacted record has no line: the position tells.
    private boolean reached(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(each -> consumer.position(each.getKey()) >= each.getValue());
    }

    private static boolean isBelow(ConsumerRecord<?, ?> record, Map<TopicPartition, Long> ends) {
        return record.offset() < ends.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L);
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofMillis(500)));
        registry.close();
    }
}
