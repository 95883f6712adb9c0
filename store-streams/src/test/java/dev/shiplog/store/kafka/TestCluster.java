package dev.shiplog.store.kafka;

import dev.shiplog.core.v1.ConfigMap;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Mutation;
import dev.shiplog.journal.Operation;
import dev.shiplog.journal.Origin;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.schemas.Binary;
import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.registry.KafkaSchemaTopicWriter;
import dev.shiplog.schemas.registry.RegistryEndpoint;
import dev.shiplog.schemas.registry.RegistryServer;
import dev.shiplog.schemas.registry.RegistrySettings;
import dev.shiplog.store.TransactionDraft;
import dev.shiplog.store.broker.BrokerSettings;
import dev.shiplog.store.broker.EmbeddedBroker;
import dev.shiplog.store.broker.KafkaUser;
import dev.shiplog.store.journal.AppenderSeams;
import dev.shiplog.store.journal.AppenderSettings;
import dev.shiplog.store.journal.JournalAppender;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A broker with the registry and Shiplog's topics, in a directory of its own.
public final class TestCluster implements AutoCloseable {
    public static final Duration PATIENCE = Duration.ofSeconds(60);
    public static final int PARTITIONS = 4;
    private static final String CLUSTER_ID = "test-test-test-test-te";

    private final Path directory;
    private final EmbeddedBroker broker;
    private final RegistryServer registry;
    private final RegistryEndpoint registryEndpoint;

    private TestCluster(
            Path directory, EmbeddedBroker broker, RegistryServer registry, RegistryEndpoint registryEndpoint) {
        this.directory = directory;
        this.broker = broker;
        this.registry = registry;
        this.registryEndpoint = registryEndpoint;
    }

    public static TestCluster start(Path directory) throws Exception {
        return start(directory, Map.of());
    }

    /// Starts one with some settings of the broker's changed.
    public static TestCluster start(Path directory, Map<String, String> overrides) throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start(settings(directory, freePort(), freePort(), overrides));
        try (TopicsClient topics = new TopicsClient(broker.endpoint(KafkaUser.STORE))) {
            topics.ensure(Topics.all(PARTITIONS, Topics.Sync.EACH_APPEND));
        }
        RegistryServer registry = RegistryServer.start(
                new RegistrySettings("127.0.0.1", freePort(), "registry", "secret"),
                new KafkaSchemaTopicWriter(broker.endpoint(KafkaUser.REGISTRY)));
        RegistryEndpoint endpoint = new RegistryEndpoint("http://127.0.0.1:" + registry.port(), "registry", "secret");
        return new TestCluster(directory, broker, registry, endpoint);
    }

    public static BrokerSettings settings(Path directory, int port, int controllerPort, Map<String, String> overrides) {
        return new BrokerSettings(
                directory.resolve("kafka"),
                directory.resolve("pki"),
                CLUSTER_ID,
                "127.0.0.1",
                port,
                controllerPort,
                overrides);
    }

    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    public Path credentials(KafkaUser user) {
        return directory.resolve("pki").resolve(user.text() + ".properties");
    }

    public EmbeddedBroker broker() {
        return broker;
    }

    public KafkaEndpoint endpoint(KafkaUser user) {
        return broker.endpoint(user);
    }

    public RegistryEndpoint registry() {
        return registryEndpoint;
    }

    public ViewsHost views(KafkaUser user) throws Exception {
        return ViewsHost.start(endpoint(user), PATIENCE, why -> {
            throw new AssertionError(why);
        });
    }

    public static JournalAppender appender(ViewsHost views, String instance) {
        return views.appender(StoreName.MAIN, AppenderSettings.of(instance), seams());
    }

    public static AppenderSeams seams() {
        return seams(() -> null);
    }

    public static AppenderSeams seams(AppenderSeams.Space space) {
        return new AppenderSeams(
                UUID::randomUUID,
                (after, task) -> CompletableFuture.delayedExecutor(
                                after.toNanos(), TimeUnit.NANOSECONDS, Thread::startVirtualThread)
                        .execute(task),
                space,
                fingerprint -> Objects.requireNonNull(Catalog.builtIn().type(fingerprint))
                        .strippedText());
    }

    public static Key configMapKey(String namespace, String name) {
        return new Key("", "configmaps", namespace, name);
    }

    /// A put of a ConfigMap with one value.
    public static TransactionDraft configMap(String namespace, String name, long expect, String value) {
        return draft(put(namespace, name, expect, value));
    }

    public static TransactionDraft draft(Mutation... mutations) {
        return new TransactionDraft(UUID.randomUUID(), Origin.EMPTY.withActor("tester"), List.of(), List.of(mutations));
    }

    public static Mutation put(String namespace, String name, long expect, String value) {
        ConfigMap object = ConfigMap.builder()
                .metadata(ObjectMeta.builder()
                        .namespace(namespace)
                        .name(name)
                        .uid("uid-" + name)
                        .build())
                .data(Map.of("value", value))
                .build();
        return new Mutation(
                configMapKey(namespace, name),
                Operation.PUT,
                expect == 0 ? "create" : "update",
                null,
                expect,
                ConfigMap.TYPE.fingerprint(),
                Binary.encode(object),
                null);
    }

    public static Mutation delete(String namespace, String name, long expect) {
        return Mutation.builder()
                .key(configMapKey(namespace, name))
                .operation(Operation.DELETE)
                .verb("delete")
                .expect(expect)
                .build();
    }

    /// Stops everything and keeps the data.
    public void stop() {
        registry.close();
        broker.close();
    }

    @Override
    public void close() throws IOException {
        stop();
        try (var files = Files.walk(directory)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
