package dev.shiplog.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.shiplog.node.api.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/// As much of an API server as a node agent talks to, with every object in memory.
final class FakeApiServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    final Map<String, ObjectNode> objects = new ConcurrentHashMap<>();
    /// How many times a status was taken, by its object's path.
    final Map<String, Integer> statusWrites = new ConcurrentHashMap<>();
    final List<ObjectNode> events = new CopyOnWriteArrayList<>();
    final List<String> deleted = new CopyOnWriteArrayList<>();
    volatile boolean away;
    private final HttpsServer server;
    private final String podRange;

    /// @param podRange what nodes are given; empty for nothing
    FakeApiServer(Tls tls, String podRange) throws IOException {
        this.podRange = podRange;
        this.server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls.context()));
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    String url() {
        return "https://127.0.0.1:" + server.getAddress().getPort();
    }

    void put(String path, String json) {
        try {
            objects.put(path, (ObjectNode) JSON.readTree(json));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    JsonNode status(String namespace, String pod) {
        ObjectNode object = objects.get("/api/v1/namespaces/" + namespace + "/pods/" + pod);
        return object == null ? JSON.createObjectNode() : object.path("status");
    }

    List<String> reasons() {
        return events.stream().map(event -> event.path("reason").asText()).toList();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] body = exchange.getRequestBody().readAllBytes();
        JsonNode sent = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
        if (away) {
            reply(exchange, 503, JSON.createObjectNode().put("message", "away"));
            return;
        }
        switch (exchange.getRequestMethod()) {
            case "GET" -> get(exchange, path);
            case "POST" -> post(exchange, path, (ObjectNode) sent);
            case "PATCH" -> patch(exchange, path, (ObjectNode) sent);
            case "DELETE" -> delete(exchange, path, sent);
            default -> reply(exchange, 405, JSON.createObjectNode());
        }
    }

    private void get(HttpExchange exchange, String path) throws IOException {
        ObjectNode object = objects.get(path);
        if (object == null && path.endsWith("/services")) {
            ObjectNode list = JSON.createObjectNode();
            list.putArray("items");
            reply(exchange, 200, list);
        } else {
            reply(exchange, object == null ? 404 : 200, object == null ? JSON.createObjectNode() : object);
        }
    }

    private void post(HttpExchange exchange, String path, ObjectNode sent) throws IOException {
        if (path.endsWith("/token")) {
            ObjectNode status = sent.putObject("status");
            status.put("token", "a-token")
                    .put("expirationTimestamp", Instant.now().plusSeconds(3_600).toString());
            reply(exchange, 201, sent);
            return;
        }
        if (path.endsWith("/events")) {
            events.add(sent);
        }
        String key = path + "/" + sent.path("metadata").path("name").asText();
        ((ObjectNode) sent.path("metadata")).put("uid", "uid-of-" + key).put("resourceVersion", "1");
        if (path.endsWith("/nodes") && !podRange.isEmpty()) {
            sent.putObject("spec").put("podCIDR", podRange);
        }
        boolean isNew = objects.putIfAbsent(key, sent) == null;
        reply(exchange, isNew ? 201 : 409, sent);
    }

    private void patch(HttpExchange exchange, String path, ObjectNode sent) throws IOException {
        String key = path.endsWith("/status") ? path.substring(0, path.length() - 7) : path;
        ObjectNode object = objects.get(key);
        if (object == null) {
            reply(exchange, 404, JSON.createObjectNode());
            return;
        }
        String uid = sent.path("metadata").path("uid").asText("");
        String revision = sent.path("metadata").path("resourceVersion").asText("");
        JsonNode metadata = object.path("metadata");
        boolean otherUid = !uid.isEmpty() && !uid.equals(metadata.path("uid").asText());
        boolean otherRevision = !revision.isEmpty()
                && !revision.equals(metadata.path("resourceVersion").asText());
        if (otherUid || otherRevision) {
            reply(exchange, 409, JSON.createObjectNode());
            return;
        }
        if (sent.has("status")) {
            object.set("status", sent.get("status"));
            statusWrites.merge(key, 1, Integer::sum);
        }
        if (sent.has("count")) {
            object.set("count", sent.get("count"));
        }
        reply(exchange, 200, object);
    }

    private void delete(HttpExchange exchange, String path, JsonNode options) throws IOException {
        ObjectNode object = objects.get(path);
        String wanted = options.path("preconditions").path("uid").asText("");
        if (object == null || !wanted.equals(object.path("metadata").path("uid").asText())) {
            reply(exchange, object == null ? 404 : 409, JSON.createObjectNode());
            return;
        }
        objects.remove(path);
        deleted.add(wanted);
        reply(exchange, 200, object);
    }

    private static void reply(HttpExchange exchange, int code, JsonNode body) throws IOException {
        byte[] bytes = body.toString().getBytes(UTF_8);
        exchange.sendResponseHeaders(code, bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
