package dev.shiplog.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shiplog.api.HostileRequests.Hostile;
import dev.shiplog.api.RawClient.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Whatever is sent, the server answers with what it means, and neither fails nor leaves the client hanging.
class HostileRequestsTest {
    private static final int REQUESTS = 1_500;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] VALID = "GET /version HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private static MemoryApi api;
    private static SSLContext tls;

    @BeforeAll
    static void start() throws Exception {
        api = new MemoryApi();
        tls = api.admin();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyAnswerIsAStatusAndNoneIsAFault(long seed) throws Exception {
        var requests = new HostileRequests(seed);
        RawClient client = new RawClient(tls, api.port());
        try {
            for (int i = 0; i < REQUESTS; i++) {
                Hostile request = requests.next();
                if (!goesOn(client, request)) {
                    client.close();
                    client = new RawClient(tls, api.port());
                }
            }
        } finally {
            client.close();
        }
    }

    /// Sends one request and judges its answer; says whether the connection is still good, which it then has proved.
    private static boolean goesOn(RawClient client, Hostile request) throws IOException {
        Answer answer = answer(client, request.bytes(), request.head(), request);
        judge(answer, request);
        if (answer.last()) {
            assertThat(client.ended())
                    .as("the server says that it closes, after\n%s", request)
                    .isTrue();
            return false;
        }
        assertThat(request.framed()).as("it goes on after\n%s", request).isTrue();
        Answer next = answer(client, VALID, false, request);
        assertThat(next.code()).isEqualTo(200);
        return true;
    }

    private static Answer answer(RawClient client, byte[] bytes, boolean head, Hostile request) {
        try {
            client.send(bytes);
            Answer answer = client.answer(head);
            if (answer != null) {
                return answer;
            }
            throw new AssertionError("closed without an answer, after\n" + request);
        } catch (IOException cutOff) {
            throw new AssertionError("no answer but " + cutOff + ", after\n" + request, cutOff);
        }
    }

    private static void judge(Answer answer, Hostile request) throws IOException {
        assertThat(answer.code())
                .as("%s\nis the answer to\n%s", answer.body(), request)
                .isLessThan(500);
        boolean page = answer.header("content-type").startsWith("text/plain");
        if (answer.code() < 400 || request.head()) {
            return;
        }
        if (page) {
            assertThat(answer.code()).isEqualTo(404);
            assertThat(answer.body()).isEqualTo("404 page not found\n");
            return;
        }
        JsonNode status = answer.header("content-type").startsWith("application/yaml")
                ? JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(answer.body()))
                : JSON.readTree(answer.body());
        assertThat(status.path("kind").asText())
                .as("%s\nis the answer to\n%s", answer.body(), request)
                .isEqualTo("Status");
        assertThat(status.path("apiVersion").asText()).isEqualTo("v1");
        assertThat(status.path("status").asText()).isEqualTo("Failure");
        assertThat(status.path("code").asInt()).isEqualTo(answer.code());
        assertThat(status.path("reason").asText()).isNotEmpty();
        assertThat(status.path("message").asText()).isNotEmpty();
    }
}
