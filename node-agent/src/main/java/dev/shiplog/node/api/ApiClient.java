package dev.shiplog.node.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/// Speaks to the API server as the node. Every call blocks; failures to reach it are answers with the code 0.
public final class ApiClient implements AutoCloseable {
    /// The kinds of patch that nodes send.
    public enum Patch {
        STRATEGIC("application/strategic-merge-patch+json"),
        MERGE("application/merge-patch+json");

        private final String mediaType;

        Patch(String mediaType) {
            this.mediaType = mediaType;
        }
    }

    private static final int CALLS_MAX = 32;
    private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
    private static final Duration CALL_MAX = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNode NOTHING = MissingNode.getInstance();

    private final String base;
    private final HttpClient http;
    private final Semaphore permits = new Semaphore(CALLS_MAX);

    /// @param base such as `https://127.0.0.1:6443`
    public ApiClient(String base, Tls tls) throws IOException {
        this.base = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_MAX)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .sslContext(tls.context())
                .build();
    }

    public static ObjectNode object() {
        return JSON.createObjectNode();
    }

    public ApiAnswer get(String path) {
        return send(HttpRequest.newBuilder().GET(), path);
    }

    public ApiAnswer post(String path, JsonNode body) {
        return send(
                HttpRequest.newBuilder()
                        .header("Content-Type", "application/json")
                        .POST(publisher(body)),
                path);
    }

    public ApiAnswer patch(String path, Patch kind, JsonNode body) {
        return send(
                HttpRequest.newBuilder().header("Content-Type", kind.mediaType).method("PATCH", publisher(body)), path);
    }

    public ApiAnswer delete(String path, JsonNode options) {
        return send(
                HttpRequest.newBuilder()
                        .header("Content-Type", "application/json")
                        .method("DELETE", publisher(options)),
                path);
    }

    /// One element of a path, escaped.
    public static String segment(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private static HttpRequest.BodyPublisher publisher(JsonNode body) {
        return HttpRequest.BodyPublishers.ofString(body.toString(), UTF_8);
    }

    private ApiAnswer send(HttpRequest.Builder request, String path) {
        HttpRequest built = request.uri(URI.create(base + path))
                .timeout(CALL_MAX)
                .header("Accept", "application/json")
                .header("User-Agent", "shiplog-node-agent")
                .build();
        try {
            permits.acquire();
            try {
                HttpResponse<byte[]> response = http.send(built, HttpResponse.BodyHandlers.ofByteArray());
                return new ApiAnswer(response.statusCode(), parse(response.body()));
            } finally {
                permits.release();
            }
        } catch (IOException e) {
            return new ApiAnswer(0, object().put("message", "the API server is away: " + e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new ApiAnswer(0, object().put("message", "interrupted"));
        }
    }

    private static JsonNode parse(byte[] body) {
        try {
            JsonNode tree = body.length == 0 ? NOTHING : JSON.readTree(body);
            return tree == null ? NOTHING : tree;
        } catch (IOException e) {
            return object().put("message", new String(body, 0, Math.min(body.length, 200), UTF_8));
        }
    }
}
