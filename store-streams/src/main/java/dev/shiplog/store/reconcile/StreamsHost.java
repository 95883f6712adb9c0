package dev.shiplog.store.reconcile;

import dev.shiplog.schemas.registry.RegistryClient;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running topology. A thread that fails is replaced: it restores its tables, claims anew and looks at
/// everything again, so a failure costs time and nothing else.
public final class StreamsHost implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StreamsHost.class);

    /// How long work is given back for: a broker that is away must not hold up the end of a process.
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    /// How often a topology looks at the clock. Each task does, of which there are as many as partitions, so
    /// this is most of what an idle controller costs.
    static final Duration TICK = Duration.ofMillis(500);

    /// How a topology reads its source.
    enum Reading {
        /// Many partitions, from the start. One that comes from another process waits for the fetch in flight.
        ALL("earliest", 500),
        /// One partition, from now on.
        NEWEST("latest", 1_000);

        private final String reset;
        private final int waitMillis;

        Reading(String reset, int waitMillis) {
            this.reset = reset;
            this.waitMillis = waitMillis;
        }
    }

    private static final int REQUEST_BYTES_MAX = 9 << 20;

    private final KafkaStreams streams;
    private final RegistryClient registry;
    private final BooleanSupplier working;

    private StreamsHost(KafkaStreams streams, RegistryClient registry, BooleanSupplier working) {
        this.streams = streams;
        this.registry = registry;
        this.working = working;
    }

    /// Starts a topology with the settings that all hosts share.
    ///
    /// @param registry closed with this
    /// @param working whether every task of this process sees its own claim
    static StreamsHost start(
            Topology topology,
            RegistryClient registry,
            HostSettings settings,
            Reading reading,
            BooleanSupplier working) {
        var streams = new KafkaStreams(topology, properties(settings, reading));
        streams.setUncaughtExceptionHandler(failure -> {
            LOG.error("a thread of {} failed and is replaced", settings.application(), failure);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        streams.start();
        return new StreamsHost(streams, registry, working);
    }

    private static Properties properties(HostSettings settings, Reading reading) {
        var properties = new Properties();
        properties.putAll(settings.kafka().settings());
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.application());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, settings.directory().toString());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        // Records are taken when they come; only what waits for the time of day waits for this.
        properties.put(StreamsConfig.POLL_MS_CONFIG, TICK.toMillis());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 10_000);
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        properties.put(StreamsConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        consumer(properties, ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, reading.reset);
        consumer(properties, ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, reading.waitMillis);
        settings.membership().settings().forEach((name, value) -> consumer(properties, name, value));
        producer(properties, ProducerConfig.LINGER_MS_CONFIG, 0);
        producer(properties, ProducerConfig.ACKS_CONFIG, "all");
        producer(properties, ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        producer(properties, ProducerConfig.MAX_REQUEST_SIZE_CONFIG, REQUEST_BYTES_MAX);
        producer(properties, ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        return properties;
    }

    private static void consumer(Properties properties, String name, Object value) {
        properties.put(StreamsConfig.mainConsumerPrefix(name), value);
    }

    private static void producer(Properties properties, String name, Object value) {
        properties.put(StreamsConfig.producerPrefix(name), value);
    }

    /// Whether this process does its share: it runs, and acts for all that was given to it, if anything.
    public boolean ready() {
        return streams.state() == KafkaStreams.State.RUNNING && working.getAsBoolean();
    }

    /// Gives the work back, so that another process takes it at once.
    @Override
    public void close() {
        streams.close(CloseOptions.timeout(CLOSE_TIMEOUT)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        registry.close();
    }

    /// Builds a store in memory that needs neither a changelog nor a cache: what it holds comes from a topic or
    /// a view.
    ///
    /// @param make gives each task a store of its own
    record UnloggedStore<S extends StateStore>(String name, Supplier<S> make) implements StoreBuilder<S> {
        @Override
        public UnloggedStore<S> withCachingEnabled() {
            return this;
        }

        @Override
        public UnloggedStore<S> withCachingDisabled() {
            return this;
        }

        @Override
        public UnloggedStore<S> withLoggingEnabled(Map<String, String> config) {
            return this;
        }

        @Override
        public UnloggedStore<S> withLoggingDisabled() {
            return this;
        }

        @Override
        public S build() {
            return make.get();
        }

        @Override
        public Map<String, String> logConfig() {
            return Map.of();
        }

        @Override
        public boolean loggingEnabled() {
            return false;
        }
    }
}
