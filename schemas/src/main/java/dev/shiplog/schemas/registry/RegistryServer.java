package dev.shiplog.schemas.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The embedded schema registry: Confluent's REST protocol over HTTP with basic authentication.
public final class RegistryServer implements AutoCloseable {
    static final int BODY_BYTES_MAX = 4 << 20;
    private static final int BACKLOG_MAX = 128;
    private static final int REQUESTS_MAX = 64;
    private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final Logger LOG = LoggerFactory.getLogger(RegistryServer.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer http;
    private final ExecutorService threads;
    private final SchemaTopic topic;
    private final SubjectRegistry registry;
    private final byte[] authorization;
    private final Semaphore permits = new Semaphore(REQUESTS_MAX);

    private RegistryServer(RegistrySettings settings, SchemaTopic topic) throws IOException {
        this.topic = topic;
        this.registry = new SubjectRegistry(topic);
        String credentials = settings.user() + ":" + settings.password();
        this.authorization = ("Basic "
                        + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
                .getBytes(StandardCharsets.UTF_8);
        this.http = HttpServer.create(new InetSocketAddress(settings.host(), settings.port()), BACKLOG_MAX);
        this.threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("registry-", 0).factory());
    }

    /// Reads `_schemas` from its start, then answers. Owns the topic from here on.
    public static RegistryServer start(RegistrySettings settings, SchemaTopic topic) throws IOException {
        var server = new RegistryServer(settings, topic);
        server.http.setExecutor(server.threads);
        server.http.createContext("/", server::handle);
        server.http.start();
        return server;
    }

    public int port() {
        return http.getAddress().getPort();
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
        synchronized (registry) {
            topic.close();
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        // The JDK's server starts threads without one, and Kafka finds its classes by it.
        Thread.currentThread().setContextClassLoader(RegistryServer.class.getClassLoader());
        try (exchange) {
            if (!permits.tryAcquire()) {
                send(exchange, Reply.error(429, "More than " + REQUESTS_MAX + " requests at once. Try again."));
                return;
            }
            try {
                send(exchange, reply(exchange));
            } finally {
                permits.release();
            }
        }
    }

    private Reply reply(HttpExchange exchange) throws IOException {
        @Nullable String given = exchange.getRequestHeaders().getFirst("Authorization");
        if (given == null || !MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), authorization)) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"shiplog registry\"");
            return Reply.error(401, "Unauthorized");
        }
        byte[] body;
        try (InputStream in = exchange.getRequestBody()) {
            body = in.readNBytes(BODY_BYTES_MAX + 1);
        }
        if (body.length > BODY_BYTES_MAX) {
            return Reply.error(413, "The body is larger than " + BODY_BYTES_MAX + " bytes");
        }
        try {
            @Nullable JsonNode json = body.length == 0 ? null : JSON.readTree(body);
            return registry.answer(
                    exchange.getRequestMethod(),
                    segments(exchange.getRequestURI().getRawPath()),
                    json);
        } catch (JsonProcessingException e) {
            return Reply.error(400, "Unrecognized JSON: " + e.getOriginalMessage());
        } catch (RegistryException e) {
            LOG.warn("_schemas did not answer: {}", e.getMessage());
            return Reply.error(50001, "Error in the backend data store: " + e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("a request to the registry failed", e);
            return Reply.error(50001, "Error in the registry");
        }
    }

    /// The decoded segments of a raw path; a `+` is itself, as paths have it.
    static List<String> segments(String rawPath) {
        return Arrays.stream(rawPath.split("/"))
                .filter(segment -> !segment.isEmpty())
                .map(segment -> {
                    try {
                        return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
                    } catch (IllegalArgumentException e) {
                        return segment;
                    }
                })
                .toList();
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(reply.body());
        exchange.getResponseHeaders().set("Content-Type", MEDIA_TYPE);
        exchange.sendResponseHeaders(reply.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
