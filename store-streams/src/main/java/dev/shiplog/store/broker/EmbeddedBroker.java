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
/// Kafka halts its process when a disk fails, which a full disk is. Here it stops instead, and starts again as
/// soon as there is space: clients see a pause.
public final class EmbeddedBroker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final Duration RETRY = Duration.ofMillis(500);

    private final BrokerSettings settings;
    private final Credentials credentials;
    private final DiskReserve reserve;
    private final Thread supervisor;
    private final Object lock = new Object();

    private KafkaRaftServer server;
    private State state = State.RUNNING;

    private enum State {
        RUNNING,
        /// Kafka wanted to halt; the supervisor takes it down and starts another.
        FAILED,
        CLOSED
    }

    private EmbeddedBroker(BrokerSettings settings, Credentials credentials, DiskReserve reserve) {
        this.settings = settings;
        this.credentials = credentials;
        this.reserve = reserve;
        this.server = launch(settings, credentials);
        this.supervisor = Thread.ofPlatform().name("broker-supervisor").daemon().unstarted(this::supervise);
    }

    /// Starts a broker on new or old data, and returns when it answers and its permissions are in place.
    ///
    /// @throws BrokerRefused when a port is taken or the directory is another cluster's
    public static EmbeddedBroker start(BrokerSettings settings) throws BrokerRefused, IOException {
        Files.createDirectories(settings.directory());
        requireFree(settings.listen(), settings.port());
        requireFree("127.0.0.1", settings.controllerPort());
        Credentials credentials =
                Credentials.prepare(settings.credentials(), bootstrapServers(settings), new SecureRandom());
        format(settings);
        DiskReserve reserve = new DiskReserve(settings.directory(), BrokerSettings.RESERVE_BYTES);
        EmbeddedBroker broker = new EmbeddedBroker(settings, credentials, reserve);
        Exit.setHaltProcedure((status, message) -> broker.halted(status));
        Exit.setExitProcedure((status, message) -> broker.halted(status));
        broker.supervisor.start();
        try {
            new AccessClient(broker.endpoint(KafkaUser.BROKER)).ensure(Permission.ALL);
        } catch (RuntimeException e) {
            broker.close();
            throw e;
        }
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
            return state == State.RUNNING;
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (state == State.CLOSED) {
                return;
            }
            state = State.CLOSED;
            lock.notifyAll();
        }
        supervisor.interrupt();
        synchronized (lock) {
            server.shutdown();
        }
    }

    private static String bootstrapServers(BrokerSettings settings) {
        return BrokerConfig.advertised(settings.listen()) + ":" + settings.port();
    }

    private static KafkaRaftServer launch(BrokerSettings settings, Credentials credentials) {
        KafkaRaftServer next =
                new KafkaRaftServer(KafkaConfig.fromProps(BrokerConfig.of(settings, credentials)), Time.SYSTEM);
        try {
            next.startup();
        } catch (RuntimeException e) {
            next.shutdown();
            throw e;
        }
        return next;
    }

    /// Kafka wants this process to end. Its thread does end; the rest is for the supervisor.
    private void halted(int status) {
        synchronized (lock) {
            if (state == State.RUNNING) {
                LOG.error("the embedded broker gives up (status {})", status);
                state = State.FAILED;
                lock.notifyAll();
            }
        }
    }

    private void supervise() {
        try {
            while (awaitFailure()) {
                server.shutdown();
                LOG.warn("the embedded broker is down; it starts again once {} has space", settings.directory());
                restart();
            }
        } catch (InterruptedException e) {
            LOG.debug("the broker's supervisor ends", e);
        }
    }

    private boolean awaitFailure() throws InterruptedException {
        synchronized (lock) {
            while (state == State.RUNNING) {
                lock.wait();
            }
            return state == State.FAILED;
        }
    }

    private void restart() throws InterruptedException {
        while (true) {
            TimeUnit.MILLISECONDS.sleep(RETRY.toMillis());
            if (!reserve.below() && restarted()) {
                return;
            }
        }
    }

    /// One attempt, undisturbed by a close.
    private boolean restarted() {
        synchronized (lock) {
            if (state == State.CLOSED) {
                return true;
            }
            try {
                server = launch(settings, credentials);
                state = State.RUNNING;
                LOG.info("the embedded broker is back");
                return true;
            } catch (RuntimeException e) {
                LOG.warn("the embedded broker does not start yet: {}", e.toString());
                return false;
            }
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

    private static void format(BrokerSettings settings) throws BrokerRefused, IOException {
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
