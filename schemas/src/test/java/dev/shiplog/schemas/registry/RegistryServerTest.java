package dev.shiplog.schemas.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegistryServerTest {
    private static final Schema ONE =
            SchemaBuilder.record("a.B").fields().requiredString("x").endRecord();
    private static final Schema WITH_DEFAULT = SchemaBuilder.record("a.B")
            .fields()
            .requiredString("x")
            .optionalInt("y")
            .endRecord();
    private static final Schema WITHOUT_DEFAULT = SchemaBuilder.record("a.B")
            .fields()
            .requiredString("x")
            .requiredInt("z")
            .endRecord();

    private final InMemorySchemaTopic topic = new InMemorySchemaTopic();
    private RegistryServer server;
    private RegistryClient client;

    @BeforeEach
    void start() throws IOException {
        server = RegistryServer.start(new RegistrySettings("127.0.0.1", 0, "u", "secret"), topic.open());
        client = client(server, "secret");
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private static RegistryClient client(RegistryServer server, String password) {
        return new RegistryClient(new RegistryEndpoint("http://127.0.0.1:" + server.port(), "u", password));
    }

    @Test
    void aSchemaHasOneIdInEverySubjectAndVersionsCountPerSubject() {
        int id = client.register("objects.core.pods-value", ONE);
        int evolved = client.register("objects.core.pods-value", WITH_DEFAULT);
        int same = client.register("a.B", ONE);

        assertThat(id).isEqualTo(1);
        assertThat(evolved).isEqualTo(2);
        assertThat(same).isEqualTo(1);
        assertThat(client.latest("objects.core.pods-value"))
                .isEqualTo(new Registered("objects.core.pods-value", 2, 2, WITH_DEFAULT));
        assertThat(client.byId(1)).isEqualTo(ONE);
    }

    @Test
    void registeringTwiceAppendsOnce() {
        client.register("s", ONE);
        try (var another = client(server, "secret")) {
            another.register("s", ONE);
        }

        assertThat(topic.log).hasSize(1);
        assertThat(topic.log.getFirst().key())
                .isEqualTo("{\"keytype\":\"SCHEMA\",\"subject\":\"s\",\"version\":1,\"magic\":1}");
    }

    @Test
    void anIncompatibleSchemaIs409UntilTheSubjectIsSetToNone() {
        client.register("s", ONE);

        assertThat(client.compatible("s", WITH_DEFAULT)).isTrue();
        assertThat(client.compatible("s", WITHOUT_DEFAULT)).isFalse();
        assertThatThrownBy(() -> client.register("s", WITHOUT_DEFAULT))
                .isInstanceOfSatisfying(RegistryException.class, e -> {
                    assertThat(e.httpStatus()).isEqualTo(409);
                    assertThat(e.errorCode()).isEqualTo(409);
                });

        client.compatibility("s", Compatibility.NONE);
        assertThat(client.register("s", WITHOUT_DEFAULT)).isEqualTo(2);
    }

    @Test
    void aRestartedRegistryKnowsEverythingFromTheTopic() throws IOException {
        client.register("s", ONE);
        client.compatibility("s", Compatibility.NONE);
        client.register("s", WITHOUT_DEFAULT);

        try (var next = RegistryServer.start(new RegistrySettings("127.0.0.1", 0, "u", "secret"), topic.open());
                var reader = client(next, "secret")) {
            assertThat(reader.byId(2)).isEqualTo(WITHOUT_DEFAULT);
            assertThat(reader.latest("s").version()).isEqualTo(2);
            assertThat(reader.register("t", WITH_DEFAULT)).isEqualTo(3);
        }
    }

    @Test
    void twoRegistriesOnOneTopicNeverGiveAnIdTwice() throws IOException {
        try (var second = RegistryServer.start(new RegistrySettings("127.0.0.1", 0, "u", "secret"), topic.open());
                var other = client(second, "secret")) {
            for (int i = 0; i < 10; i++) {
                var a = SchemaBuilder.record("r.A" + i).fields().endRecord();
                var b = SchemaBuilder.record("r.B" + i).fields().endRecord();
                assertThat(client.register("a" + i, a)).isEqualTo(2 * i + 1);
                assertThat(other.register("b" + i, b)).isEqualTo(2 * i + 2);
                assertThat(client.byId(2 * i + 2)).isEqualTo(b);
            }
        }
    }

    @Test
    void errorsHaveConfluentsCodes() throws Exception {
        client.register("s", ONE);

        assertThat(get("/subjects/none/versions").body()).contains("\"error_code\":40401");
        assertThat(get("/subjects/s/versions/7").body()).contains("\"error_code\":40402");
        assertThat(get("/subjects/s/versions/x").body()).contains("\"error_code\":42202");
        assertThat(get("/schemas/ids/99").body()).contains("\"error_code\":40403");
        assertThat(get("/schemas/ids/99").statusCode()).isEqualTo(404);
        var invalid = send("POST", "/subjects/s/versions", "{\"schema\":\"{\\\"type\\\":\\\"nonsense\\\"}\"}");
        assertThat(invalid.statusCode()).isEqualTo(422);
        assertThat(invalid.body()).contains("\"error_code\":42201");
        assertThat(send("POST", "/subjects/s", "{\"schema\":\"\\\"string\\\"\"}")
                        .body())
                .contains("\"error_code\":40403");
        assertThat(send("PUT", "/config/s", "{\"compatibility\":\"maybe\"}").body())
                .contains("\"error_code\":42203");
        assertThat(get("/nothing/here").statusCode()).isEqualTo(404);
    }

    @Test
    void theRestOfTheProtocolAnswers() throws Exception {
        client.register("s", ONE);

        assertThat(get("/subjects").body()).isEqualTo("[\"s\"]");
        assertThat(get("/subjects/s/versions").body()).isEqualTo("[1]");
        assertThat(get("/subjects/s/versions/latest").body()).contains("\"subject\":\"s\",\"version\":1,\"id\":1");
        assertThat(get("/subjects/s/versions/1/schema").body()).contains("\"type\":\"record\"");
        assertThat(get("/schemas/ids/1/versions").body()).isEqualTo("[{\"subject\":\"s\",\"version\":1}]");
        assertThat(get("/config").body()).isEqualTo("{\"compatibilityLevel\":\"BACKWARD_TRANSITIVE\"}");
        assertThat(get("/config/s").body()).contains("40408");
        assertThat(get("/mode").body()).isEqualTo("{\"mode\":\"READWRITE\"}");
    }

    @Test
    void withoutTheRightPasswordThereIs401() {
        try (var stranger = client(server, "wrong")) {
            assertThatThrownBy(() -> stranger.register("s", ONE))
                    .isInstanceOfSatisfying(
                            RegistryException.class,
                            e -> assertThat(e.httpStatus()).isEqualTo(401));
        }
        assertThat(topic.log).isEmpty();
    }

    @Test
    void framedBytesCarryTheId() {
        byte[] framed = WireFormat.frame(258, new byte[] {7, 8});

        assertThat(framed).containsExactly(0, 0, 0, 1, 2, 7, 8);
        assertThat(WireFormat.id(framed)).isEqualTo(258);
        assertThat(WireFormat.payload(framed)).containsExactly(7, 8);
        assertThatThrownBy(() -> WireFormat.id(new byte[] {1, 0, 0, 0, 1}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send("GET", path, "");
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                            .header(
                                    "Authorization",
                                    "Basic " + Base64.getEncoder().encodeToString("u:secret".getBytes(UTF_8)))
                            .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString());
        }
    }
}
