package dev.shiplog.store.broker;

import dev.shiplog.schemas.KafkaEndpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A Kafka broker and its KRaft controller in this process.
///
/// Kafka halts its process when a disk fails, which a full disk is. Here it stops instead, and starts again as soon as
/// there is space: clients see a pause.
public final class EmbeddedBroker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final Duration RETRY = Duration.ofMillis(500);

    private final BrokerSettings settings;
    private final Credentials credentials;
    private final DiskReserve reserve;
    private final Thread supervisor;
    private final Object lock = new Object();

    private KafkaRaftServer server;
    private boolean failed;
    private boolean closed;

    private EmbeddedBroker(BrokerSettings settings, Credentials credentials, DiskReserve reserve) {
        this.settings = settings;
        this.credentials = credentials;
        this.reserve = reserve;
        this.server = launch();
        this.supervisor = Thread.ofPlatform().name("broker-supervisor").daemon().unstarted(this::supervise);
    }

    /// Starts a broker on new or old data, and returns when it answers and its permissions are in place.
    public static EmbeddedBroker start(BrokerSettings settings) throws BrokerRefused, IOException {
        Files.createDirectories(settings.directory());
        requireFree(settings.listen(), settings.port());
        requireFree("127.0.0.1", settings.controllerPort());
        Credentials credentials =
                Credentials.prepare(settings.credentials(), bootstrapServers(settings), new SecureRandom());
        format(settings, credentials);
        DiskReserve reserve = new DiskReserve(settings.directory(), BrokerSettings.RESERVE_BYTES);
        EmbeddedBroker broker = new EmbeddedBroker(settings, credentials, reserve);
        Exit.setHaltProcedure((status, message) -> broker.halted(message));
        Exit.setExitProcedure((status, message) -> broker.halted(message));
        broker.supervisor.start();
        new AccessClient(broker.endpoint(KafkaUser.BROKER)).ensure(Permission.ALL);
        return broker;
    }

    /// How `user` reaches this broker.
    public KafkaEndpoint endpoint(KafkaUser user) {
        return credentials.endpoint(user, bootstrapServers(settings));
    }

    /// The watch over this broker's disk.
    public DiskReserve reserve() {
        return reserve;
    }

    /// False while the broker is down because its disk failed.
    public boolean running() {
        synchronized (lock) {
            return !failed && !closed;
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            lock.notifyAll();
        }
        supervisor.interrupt();
        server.shutdown();
        server.awaitShutdown();
    }

    private static String bootstrapServers(BrokerSettings settings) {
        String host = BrokerConfig.advertised(settings.listen());
        return host + ":" + settings.port();
    }

    private KafkaRaftServer launch() {
        Properties properties = BrokerConfig.of(settings, credentials);
        KafkaRaftServer next = new KafkaRaftServer(KafkaConfig.fromProps(properties), Time.SYSTEM);
        next.startup();
        return next;
    }

    /// Kafka wants this process to end. Its thread does end; the rest is for the supervisor.
    private void halted(@org.jspecify.annotations.Nullable String message) {
        LOG.error("the broker gives up: {}", message);
        synchronized (lock) {
            failed = true;
            lock.notifyAll();
        }
    }

    private void supervise() {
        try {
            while (awaitFailure()) {
                shutDownFailed();
                restart();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean awaitFailure() throws InterruptedException {
        synchronized (lock) {
            while (!failed && !closed) {
                lock.wait();
            }
            return !closed;
        }
    }

    private void shutDownFailed() throws InterruptedException {
        CountDownLatch down = new CountDownLatch(1);
        long t0 = System.nanoTime();
        Thread.ofPlatform().name("broker-stop").daemon().start(() -> {
            try {
                server.shutdown();
            } finally {
                down.countDown();
            }
        });
        boolean done = down.await(60, TimeUnit.SECONDS);
        LOG.warn("the failed broker is down: {} after {} ms", done, (System.nanoTime() - t0) / 1_000_000);
    }

    private void restart() throws InterruptedException {
        while (true) {
            if (!reserve.below()) {
                synchronized (lock) {
                    failed = false;
                }
                try {
                    server = launch();
                    LOG.info("the broker is back");
                    return;
                } catch (RuntimeException e) {
                    LOG.warn("the broker does not start yet", e);
                }
            }
            TimeUnit.MILLISECONDS.sleep(RETRY.toMillis());
        }
    }

    private static void requireFree(String host, int port) throws BrokerRefused {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (IOException e) {
            throw new BrokerRefused("port %d is taken (%s). Stop what uses it or choose --port-offset."
                    .formatted(port, e.getMessage()));
        }
    }

    private static void format(BrokerSettings settings, Credentials credentials) throws BrokerRefused, IOException {
        Path meta = settings.directory().resolve("meta.properties");
        if (Files.exists(meta)) {
            requireSameCluster(settings, meta);
            return;
        }
        Formatter formatter = new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(1)
                .setClusterId(settings.clusterId())
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(settings.directory().toString())
                .addDirectory(settings.directory().toString());
        try {
            formatter.run();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the broker's storage could not be formatted: " + e.getMessage(), e);
        }
    }

    private static void requireSameCluster(BrokerSettings settings, Path meta) throws BrokerRefused, IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(meta)) {
            properties.load(reader);
        }
        String found = properties.getProperty("cluster.id", "");
        if (!found.equals(settings.clusterId())) {
            throw new BrokerRefused("%s belongs to cluster %s, not %s. Choose another --data."
                    .formatted(settings.directory(), found, settings.clusterId()));
        }
    }
}
