package dev.shiplog.store.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shiplog.schemas.registry.Compatibility;
import dev.shiplog.schemas.registry.KafkaSchemaTopicWriter;
import dev.shiplog.schemas.registry.RegistryClient;
import dev.shiplog.schemas.registry.RegistryEndpoint;
import dev.shiplog.schemas.registry.RegistryException;
import dev.shiplog.schemas.registry.RegistryServer;
import dev.shiplog.schemas.registry.RegistrySettings;
import dev.shiplog.store.broker.EmbeddedBroker;
import dev.shiplog.store.broker.KafkaUser;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The schema registry on a real broker.
@Tag("full")
class RegistryOnKafkaTest {
    private static final Schema ONE =
            SchemaBuilder.record("a.B").fields().requiredString("x").endRecord();
    private static final Schema OTHER =
            SchemaBuilder.record("a.B").fields().requiredInt("z").endRecord();

    @TempDir
    private Path directory;

    private static RegistryServer registry(EmbeddedBroker broker) throws Exception {
        return RegistryServer.start(
                new RegistrySettings("127.0.0.1", 0, "u", "secret"),
                new KafkaSchemaTopicWriter(broker.endpoint(KafkaUser.REGISTRY)));
    }

    private static RegistryClient client(RegistryServer server) {
        return new RegistryClient(new RegistryEndpoint("http://127.0.0.1:" + server.port(), "u", "secret"));
    }

    @Test
    void idsSurviveARestartAndTwoRegistriesFenceEachOther() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(
                TestCluster.settings(directory, TestCluster.freePort(), TestCluster.freePort(), Map.of()))) {
            try (RegistryServer server = registry(broker);
                    RegistryClient client = client(server)) {
                assertThat(client.register("s", ONE)).isEqualTo(1);
                assertThatThrownBy(() -> client.register("s", OTHER))
                        .isInstanceOfSatisfying(
                                RegistryException.class,
                                e -> assertThat(e.errorCode()).isEqualTo(409));
                client.compatibility("s", Compatibility.NONE);
                assertThat(client.register("s", OTHER)).isEqualTo(2);
            }
            try (RegistryServer first = registry(broker);
                    RegistryServer second = registry(broker);
                    RegistryClient one = client(first);
                    RegistryClient other = client(second)) {
                assertThat(one.byId(2)).isEqualTo(OTHER);
                assertThat(one.latest("s").version()).isEqualTo(2);
                for (int i = 0; i < 3; i++) {
                    Schema a = SchemaBuilder.record("r.A" + i).fields().endRecord();
                    Schema b = SchemaBuilder.record("r.B" + i).fields().endRecord();
                    assertThat(one.register("a" + i, a)).isEqualTo(3 + 2 * i);
                    assertThat(other.register("b" + i, b)).isEqualTo(4 + 2 * i);
                    assertThat(one.byId(4 + 2 * i)).isEqualTo(b);
                }
            }
            try (Admin admin = Admin.create(broker.endpoint(KafkaUser.ADMIN).settings())) {
                var topic = new ConfigResource(ConfigResource.Type.TOPIC, "_schemas");
                assertThat(admin.describeTopics(List.of("_schemas"))
                                .allTopicNames()
                                .get()
                                .values())
                        .singleElement()
                        .satisfies(description ->
                                assertThat(description.partitions()).hasSize(1));
                assertThat(admin.describeConfigs(List.of(topic)).all().get().values())
                        .singleElement()
                        .satisfies(config ->
                                assertThat(config.get("cleanup.policy").value()).isEqualTo("compact"));
            }
        }
    }
}
