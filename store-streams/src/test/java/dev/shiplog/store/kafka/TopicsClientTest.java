package dev.shiplog.store.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shiplog.core.v1.ConfigMap;
import dev.shiplog.core.v1.Secret;
import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.RecordType;
import dev.shiplog.schemas.registry.KafkaSchemaTopicWriter;
import dev.shiplog.schemas.registry.RegistryClient;
import dev.shiplog.schemas.registry.RegistryEndpoint;
import dev.shiplog.schemas.registry.RegistryServer;
import dev.shiplog.schemas.registry.RegistrySettings;
import dev.shiplog.store.broker.BrokerRefused;
import dev.shiplog.store.broker.EmbeddedBroker;
import dev.shiplog.store.broker.KafkaUser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("full")
class TopicsClientTest {
    @TempDir(cleanup = CleanupMode.NEVER)
    static Path directory;

    static TestCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = TestCluster.start(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    @Test
    void topicsThatAreAsTheyShouldBeAreLeftAlone() throws Exception {
        try (TopicsClient topics = new TopicsClient(cluster.endpoint(KafkaUser.STORE))) {
            assertThat(topics.ensure(Topics.all(TestCluster.PARTITIONS, Topics.Sync.EACH_APPEND)))
                    .isEmpty();
        }
    }

    @Test
    void aTopicWithAnotherShapeIsRefusedByName() {
        try (TopicsClient topics = new TopicsClient(cluster.endpoint(KafkaUser.STORE))) {
            assertThatThrownBy(() -> topics.ensure(List.of(
                            new Topic("objects", 5, Map.of("cleanup.policy", "compact")),
                            new Topic("journal", 1, Map.of("message.timestamp.type", "CreateTime")))))
                    .isInstanceOf(WrongTopics.class)
                    .hasMessage("topic journal has message.timestamp.type=LogAppendTime, not CreateTime; "
                            + "topic objects has 4 partitions, not 5");
        }
    }

    /// INTERFACES: only the API servers' principal may write a journal, only the materialiser its outputs, only
    /// components `requests`.
    private static final Map<String, KafkaUser> WRITERS = Map.ofEntries(
            Map.entry("journal", KafkaUser.API_SERVER),
            Map.entry("journal-ephemeral", KafkaUser.API_SERVER),
            Map.entry("checkpoints", KafkaUser.STORE),
            Map.entry("checkpoints-ephemeral", KafkaUser.STORE),
            Map.entry("objects", KafkaUser.STORE),
            Map.entry("objects.core.configmaps", KafkaUser.STORE),
            Map.entry("assignments", KafkaUser.STORE),
            Map.entry("routes", KafkaUser.STORE),
            Map.entry("progress", KafkaUser.STORE),
            Map.entry("requests", KafkaUser.COMPONENTS),
            Map.entry("_schemas", KafkaUser.REGISTRY));

    @ParameterizedTest
    @EnumSource(value = KafkaUser.class, mode = EnumSource.Mode.EXCLUDE, names = "BROKER")
    void eachTopicHasOneWriter(KafkaUser user) throws Exception {
        try (TopicsClient topics = new TopicsClient(cluster.endpoint(KafkaUser.STORE))) {
            topics.ensure(List.of(Topics.typed("", "configmaps", Topics.Scope.NAMESPACED)));
        }
        for (Map.Entry<String, KafkaUser> topic : WRITERS.entrySet()) {
            boolean own = topic.getValue() == user;
            if (!own
                    || topic.getKey().equals("journal-ephemeral")
                    || topic.getKey().equals("requests")) {
                assertThat(mayWrite(user, topic.getKey()))
                        .as("%s writes %s", user.text(), topic.getKey())
                        .isEqualTo(own);
            }
        }
    }

    @Test
    void nobodyTakesTheMaterialisersTransactionalId() {
        for (KafkaUser user : List.of(KafkaUser.API_SERVER, KafkaUser.COMPONENTS, KafkaUser.ADMIN)) {
            Map<String, Object> settings =
                    KafkaSettings.transactionalProducer(cluster.endpoint(user), "shiplog-materialiser-main");
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings)) {
                assertThatThrownBy(producer::initTransactions)
                        .as(user.text())
                        .isInstanceOf(AuthorizationException.class);
            }
        }
    }

    @Test
    void onlyTheStoreGivesUpRecordsOfAJournal() {
        for (KafkaUser user : List.of(KafkaUser.API_SERVER, KafkaUser.COMPONENTS, KafkaUser.AGENTS, KafkaUser.ADMIN)) {
            try (Admin admin = Admin.create(KafkaSettings.admin(cluster.endpoint(user)))) {
                assertThatThrownBy(() -> admin.deleteRecords(
                                        Map.of(new TopicPartition("journal", 0), RecordsToDelete.beforeOffset(0)))
                                .all()
                                .get())
                        .as(user.text())
                        .hasCauseInstanceOf(AuthorizationException.class);
            }
        }
    }

    @Test
    void agentsReadWhatTheyActOnAndNothingElse() {
        assertThat(mayRead(KafkaUser.AGENTS, "assignments")).isTrue();
        assertThat(mayRead(KafkaUser.AGENTS, "routes")).isTrue();
        assertThat(mayRead(KafkaUser.AGENTS, "objects")).isFalse();
        assertThat(mayRead(KafkaUser.AGENTS, "journal")).isFalse();
        assertThat(mayRead(KafkaUser.ADMIN, "journal")).isTrue();
    }

    @Test
    void credentialsAreForTheOwnerOnly() throws Exception {
        for (KafkaUser user : KafkaUser.values()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cluster.credentials(user))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void aTakenPortIsRefusedInOneSentence() throws Exception {
        String servers = cluster.endpoint(KafkaUser.ADMIN).bootstrapServers();
        int taken = Integer.parseInt(servers.substring(servers.indexOf(':') + 1));
        Path other = directory.resolve("other");
        assertThatThrownBy(() ->
                        EmbeddedBroker.start(TestCluster.settings(other, taken, TestCluster.freePort(), Map.of())))
                .isInstanceOf(BrokerRefused.class)
                .hasMessageStartingWith("port " + taken + " is taken");
    }

    @Test
    void theRegistryKeepsItsIdsInItsTopic() throws Exception {
        Schema secret = stripped(Secret.TYPE);
        int id;
        try (RegistryClient client = new RegistryClient(cluster.registry())) {
            id = client.register("first-value", secret);
            assertThat(client.register("second-value", secret)).isEqualTo(id);
            assertThat(client.register("third-value", stripped(ConfigMap.TYPE))).isNotEqualTo(id);
        }
        RegistrySettings settings = new RegistrySettings("127.0.0.1", TestCluster.freePort(), "registry", "secret");
        try (RegistryServer other = RegistryServer.start(
                        settings, new KafkaSchemaTopicWriter(cluster.endpoint(KafkaUser.REGISTRY)));
                RegistryClient client = new RegistryClient(
                        new RegistryEndpoint("http://127.0.0.1:" + other.port(), "registry", "secret"))) {
            assertThat(client.byId(id)).isEqualTo(secret);
            assertThat(client.latest("second-value").id()).isEqualTo(id);
        }
    }

    private static Schema stripped(RecordType<?> type) {
        return new Schema.Parser().parse(type.strippedText());
    }

    private static boolean mayWrite(KafkaUser user, String topic) throws InterruptedException {
        KafkaEndpoint endpoint = cluster.endpoint(user);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(KafkaSettings.journalProducer(endpoint))) {
            producer.send(new ProducerRecord<>(topic, new byte[] {1}, new byte[] {1}))
                    .get();
            return true;
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(AuthorizationException.class);
            return false;
        }
    }

    private static boolean mayRead(KafkaUser user, String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                KafkaSettings.consumer(cluster.endpoint(user), KafkaSettings.Isolation.READ_UNCOMMITTED))) {
            consumer.assign(Set.of(partition));
            consumer.seek(partition, 0);
            consumer.poll(Duration.ofMillis(300));
            return true;
        } catch (TopicAuthorizationException e) {
            return false;
        }
    }
}
