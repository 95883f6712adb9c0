package dev.shiplog.api.requests;

import dev.shiplog.journal.Request;
import dev.shiplog.schemas.Binary;
import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.registry.WireFormat;
import dev.shiplog.store.kafka.Membership;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the topic `requests` as one of the group of API servers, hands each request to admission on a thread
/// of its own, and commits offsets once what they stand for is in the journal. A request that was appended but
/// not committed is appended again by whoever takes over; its guards refuse it.
public final class RequestsFollower implements AutoCloseable {
    static final String TOPIC = "requests";
    static final String GROUP = "shiplog-api-servers";
    /// How many requests are admitted at the same time.
    static final int IN_FLIGHT_MAX = 256;

    /// What is appended again after a crash, to be refused, is at most what came within this time.
    private static final Duration COMMIT_EVERY = Duration.ofSeconds(1);

    private static final Duration RETRY_AFTER = Duration.ofMillis(200);
    private static final Duration RESTART_AFTER = Duration.ofSeconds(1);
    private static final Duration STOP_AFTER = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(RequestsFollower.class);

    private final KafkaEndpoint endpoint;
    private final String instance;
    private final RequestAdmission admission;
    private final Semaphore permits = new Semaphore(IN_FLIGHT_MAX);
    private final Map<TopicPartition, OffsetTracker> trackers = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> reading;

    private RequestsFollower(KafkaEndpoint endpoint, String instance, RequestAdmission admission) {
        this.endpoint = endpoint;
        this.instance = instance;
        this.admission = admission;
        this.thread = Thread.ofPlatform().name("requests").daemon(true).unstarted(this::run);
    }

    /// Starts reading.
    ///
    /// @param instance names this API server among all, and is the same after a restart, which then takes its
    ///     partitions back at once
    public static RequestsFollower start(KafkaEndpoint endpoint, String instance, RequestAdmission admission) {
        var follower = new RequestsFollower(endpoint, instance, admission);
        follower.thread.start();
        return follower;
    }

    private void run() {
        while (!closed) {
            try (var consumer =
                    new KafkaConsumer<>(settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                follow(consumer);
            } catch (InterruptedException _) {
                return;
            } catch (KafkaException broken) {
                LOG.warn("requests cannot be read, trying again: {}", broken.toString());
                if (!paused(RESTART_AFTER)) {
                    return;
                }
            }
        }
    }

    private Map<String, Object> settings() {
        var settings = new HashMap<>(endpoint.settings());
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, GROUP);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, IN_FLIGHT_MAX);
        settings.putAll(new Membership(instance, Membership.SESSION_ANY).settings());
        return settings;
    }

    private void follow(KafkaConsumer<byte[], byte[]> consumer) throws InterruptedException {
        consumer.subscribe(List.of(TOPIC), new Handover(consumer));
        long commitAt = System.nanoTime();
        while (!closed) {
            for (ConsumerRecord<byte[], byte[]> record : polled(consumer)) {
                begin(record);
            }
            if (System.nanoTime() - commitAt >= 0) {
                commit(consumer, trackers.keySet());
                commitAt = System.nanoTime() + COMMIT_EVERY.toNanos();
            }
        }
        if (permits.tryAcquire(IN_FLIGHT_MAX, STOP_AFTER.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)) {
            commit(consumer, trackers.keySet());
        }
        consumer.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(STOP_AFTER));
    }

    /// Nothing once this is closed: what is at hand is brought to its end then.
    private Iterable<ConsumerRecord<byte[], byte[]>> polled(KafkaConsumer<byte[], byte[]> consumer) {
        reading = consumer;
        try {
            return closed ? List.of() : consumer.poll(COMMIT_EVERY);
        } catch (WakeupException _) {
            return List.of();
        } finally {
            reading = null;
        }
    }

    private void begin(ConsumerRecord<byte[], byte[]> record) throws InterruptedException {
        OffsetTracker tracker = trackers.computeIfAbsent(
                new TopicPartition(record.topic(), record.partition()), _ -> new OffsetTracker(record.offset()));
        tracker.begun(record.offset());
        permits.acquire();
        Thread.ofVirtual().name("request").start(() -> {
            try {
                if (admitted(record)) {
                    tracker.done(record.offset());
                }
            } finally {
                permits.release();
            }
        });
    }

    /// Tries until the request's outcome is in the journal; false when the program stops before.
    private boolean admitted(ConsumerRecord<byte[], byte[]> record) {
        Request request;
        try {
            request = Binary.decode(Request.TYPE, WireFormat.payload(record.value()));
        } catch (RuntimeException unreadable) {
            LOG.error(
                    "the request at {}-{} cannot be read and is passed over",
                    record.partition(),
                    record.offset(),
                    unreadable);
            return true;
        }
        while (!closed) {
            try {
                if (admission.process(request) == RequestAdmission.Outcome.DONE) {
                    return true;
                }
            } catch (InterruptedException _) {
                return false;
            } catch (RuntimeException fault) {
                LOG.error(
                        "the request {} at {}-{} fails and is passed over",
                        request.id(),
                        record.partition(),
                        record.offset(),
                        fault);
                return true;
            }
            if (!paused(RETRY_AFTER)) {
                return false;
            }
        }
        return false;
    }

    private void commit(KafkaConsumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions) {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (TopicPartition partition : partitions) {
            OffsetTracker tracker = trackers.get(partition);
            long offset = tracker == null ? -1 : tracker.advance();
            if (offset >= 0) {
                offsets.put(partition, new OffsetAndMetadata(offset));
            }
        }
        if (!offsets.isEmpty()) {
            consumer.commitAsync(offsets, null);
        }
    }

    private static boolean paused(Duration pause) {
        try {
            Thread.sleep(pause);
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Commits what is done when partitions go to another instance, and forgets what is not.
    private final class Handover implements ConsumerRebalanceListener {
        private final KafkaConsumer<byte[], byte[]> consumer;

        Handover(KafkaConsumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            commit(consumer, partitions);
            trackers.keySet().removeAll(partitions);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            trackers.keySet().removeAll(partitions);
        }
    }

    @Override
    public void close() {
        closed = true;
        KafkaConsumer<byte[], byte[]> waiting = reading;
        if (waiting != null) {
            waiting.wakeup();
        }
        try {
            thread.join(STOP_AFTER.toMillis());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
