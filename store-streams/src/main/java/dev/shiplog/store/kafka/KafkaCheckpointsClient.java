package dev.shiplog.store.kafka;

import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.checkpoint.CheckpointStorage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// The checkpoints of one store in a topic of one partition: chunks, then their manifest, told apart by the key
/// ([CheckpointKey]). They are found from the end backwards, because a key says how far back its first chunk is.
public final class KafkaCheckpointsClient implements CheckpointStorage, AutoCloseable {
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(200);

    /// How many chunks may be on their way at once.
    private static final int UNDER_WAY_MAX = 16;

    /// How much is fetched at once to look at a manifest: no more of what comes after it than must be. A longer one
    /// comes whole all the same.
    private static final int MANIFEST_BYTES = 4 << 10;

    private static final int CHUNKS_BYTES = 4 << 20;

    private final KafkaEndpoint endpoint;
    private final TopicPartition partition;

    public KafkaCheckpointsClient(KafkaEndpoint endpoint, StoreName store) {
        this.endpoint = endpoint;
        this.partition = new TopicPartition(store.checkpointTopic(), 0);
    }

    @Override
    public Upload begin() {
        return new KafkaUpload(new KafkaProducer<>(KafkaSettings.checkpointProducer(endpoint)), UUID.randomUUID());
    }

    @Override
    public List<Stored> stored() throws IOException {
        List<Stored> found = new ArrayList<>();
        for (Standing standing : standing()) {
            found.add(new KafkaStored(standing));
        }
        return found;
    }

    @Override
    public void retain(int count) throws IOException {
        List<Standing> all = standing();
        if (count < 1 || all.size() <= count) {
            return;
        }
        long before = all.get(count - 1).firstOffset();
        try (Admin admin = Admin.create(KafkaSettings.admin(endpoint))) {
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(before)))
                    .all()
                    .get(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("old checkpoints could not be deleted: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Override
    public void close() {
        // Every use has clients of its own: checkpoints are rare.
    }

    /// A checkpoint whose manifest stands in the topic.
    @SuppressWarnings("ArrayRecordComponent") // its bytes are shared and never change
    private record Standing(CheckpointKey key, long manifestOffset, byte[] manifest) {
        long firstOffset() {
            return Math.max(0, manifestOffset - key.index());
        }
    }

    private List<Standing> standing() throws IOException {
        List<Standing> found = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer = consumer(1, MANIFEST_BYTES)) {
            long start = offset(consumer.beginningOffsets(List.of(partition)));
            long at = offset(consumer.endOffsets(List.of(partition))) - 1;
            while (at >= start) {
                ConsumerRecord<byte[], byte[]> record = read(consumer, at);
                CheckpointKey key = CheckpointKey.decode(record.key());
                if (key.manifest()) {
                    found.add(new Standing(key, at, record.value()));
                }
                at = at - key.index() - 1;
            }
        } catch (KafkaException e) {
            throw new IOException("the checkpoints cannot be read: " + e.getMessage(), e);
        }
        return found;
    }

    private ConsumerRecord<byte[], byte[]> read(Consumer<byte[], byte[]> consumer, long offset) throws IOException {
        consumer.seek(partition, offset);
        long deadline = System.nanoTime() + ANSWER_TIMEOUT.toNanos();
        while (System.nanoTime() < deadline) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(partition)) {
                return record;
            }
        }
        throw new IOException("the checkpoint record at %d does not come".formatted(offset));
    }

    private Consumer<byte[], byte[]> consumer(int recordsMax, int bytes) {
        Map<String, Object> settings = KafkaSettings.consumer(endpoint, KafkaSettings.Isolation.READ_UNCOMMITTED);
        settings.put("max.poll.records", Integer.toString(recordsMax));
        settings.put("max.partition.fetch.bytes", Integer.toString(bytes));
        Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings);
        consumer.assign(List.of(partition));
        return consumer;
    }

    private long offset(Map<TopicPartition, Long> offsets) {
        return offsets.getOrDefault(partition, 0L);
    }

    private static IOException interrupted(Exception cause) {
        Thread.currentThread().interrupt();
        return new IOException("interrupted", cause);
    }

    private final class KafkaStored implements Stored {
        private final Standing standing;

        KafkaStored(Standing standing) {
            this.standing = standing;
        }

        @Override
        public byte[] manifest() {
            return standing.manifest();
        }

        @Override
        public void chunks(ChunkReader reader) throws IOException {
            try (Consumer<byte[], byte[]> consumer = consumer(64, CHUNKS_BYTES)) {
                long at = standing.firstOffset();
                consumer.seek(partition, at);
                long deadline = System.nanoTime() + ANSWER_TIMEOUT.toNanos();
                while (at < standing.manifestOffset() && System.nanoTime() < deadline) {
                    ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                    for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
                        at = record.offset() + 1;
                        if (at <= standing.manifestOffset() && belongs(record)) {
                            reader.chunk(record.value());
                        }
                        deadline = System.nanoTime() + ANSWER_TIMEOUT.toNanos();
                    }
                }
            } catch (KafkaException e) {
                throw new IOException("the checkpoint cannot be read: " + e.getMessage(), e);
            }
        }

        private boolean belongs(ConsumerRecord<byte[], byte[]> record) {
            CheckpointKey key = CheckpointKey.decode(record.key());
            return !key.manifest() && key.upload().equals(standing.key().upload());
        }
    }

    /// Chunks are sent without waiting for each; the manifest waits for all.
    private final class KafkaUpload implements Upload {
        private final Producer<byte[], byte[]> producer;
        private final UUID upload;
        private final List<Future<RecordMetadata>> underWay = new ArrayList<>();
        private long firstOffset = -1;
        private int chunks;

        KafkaUpload(Producer<byte[], byte[]> producer, UUID upload) {
            this.producer = producer;
            this.upload = upload;
        }

        @Override
        public void chunk(byte[] bytes) throws IOException {
            if (underWay.size() == UNDER_WAY_MAX) {
                await();
            }
            underWay.add(send(new CheckpointKey(false, upload, chunks++), bytes));
        }

        @Override
        public void manifest(byte[] bytes) throws IOException {
            await();
            underWay.add(send(new CheckpointKey(true, upload, chunks), bytes));
            long offset = await();
            if (chunks > 0 && offset - firstOffset != chunks) {
                throw new IOException("another checkpoint was written at the same time");
            }
        }

        private Future<RecordMetadata> send(CheckpointKey key, byte[] bytes) throws IOException {
            try {
                return producer.send(new ProducerRecord<>(partition.topic(), 0, key.encode(), bytes));
            } catch (KafkaException e) {
                throw new IOException("a checkpoint could not be written: " + e.getMessage(), e);
            }
        }

        private long await() throws IOException {
            long last = -1;
            for (Future<RecordMetadata> each : underWay) {
                try {
                    last = each.get().offset();
                    firstOffset = firstOffset < 0 ? last : firstOffset;
                } catch (ExecutionException e) {
                    throw new IOException("a checkpoint could not be written: " + e.getMessage(), e);
                } catch (InterruptedException e) {
                    throw interrupted(e);
                }
            }
            underWay.clear();
            return last;
        }

        @Override
        public void close() {
            producer.close(Duration.ofSeconds(2));
        }
    }
}
