package dev.shiplog.schemas.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// A client of any registry that speaks Confluent's REST protocol. What it once learned (the id of a schema in a
/// subject, the schema of an id) never changes, so it is asked once. Safe for any thread; every call blocks.
public final class RegistryClient implements AutoCloseable {
    static final int CACHED_MAX = 10_000;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(15);
    private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private record Use(String subject, Schema schema) {}

    private final RegistryEndpoint endpoint;
    private final HttpClient http;
    private final Map<Use, Integer> ids = cache();
    private final Map<Integer, Schema> schemas = cache();

    public RegistryClient(RegistryEndpoint endpoint) {
        this.endpoint = endpoint;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
    }

    /// Registers a schema under a subject, unless it is, and returns its id.
    public int register(String subject, Schema schema) {
        var use = new Use(subject, schema);
        @Nullable Integer known;
        synchronized (ids) {
            known = ids.get(use);
        }
        if (known != null) {
            return known;
        }
        int id = call("POST", "/subjects/" + encode(subject) + "/versions", schemaBody(schema))
                .path("id")
                .asInt();
        synchronized (ids) {
            ids.put(use, id);
        }
        return id;
    }

    public Schema byId(int id) {
        synchronized (schemas) {
            @Nullable Schema known = schemas.get(id);
            if (known != null) {
                return known;
            }
        }
        Schema schema = parse(call("GET", "/schemas/ids/" + id, null));
        synchronized (schemas) {
            schemas.put(id, schema);
        }
        return schema;
    }

    public Registered latest(String subject) {
        JsonNode answer = call("GET", "/subjects/" + encode(subject) + "/versions/latest", null);
        return new Registered(
                subject, answer.path("id").asInt(), answer.path("version").asInt(), parse(answer));
    }

    /// Whether the subject's level of compatibility lets this schema follow the latest version.
    public boolean compatible(String subject, Schema schema) {
        String path = "/compatibility/subjects/" + encode(subject) + "/versions/latest";
        return call("POST", path, schemaBody(schema)).path("is_compatible").asBoolean();
    }

    public void compatibility(String subject, Compatibility level) {
        call("PUT", "/config/" + encode(subject), levelBody(level));
    }

    /// Sets the level of all subjects that have none of their own.
    public void compatibility(Compatibility global) {
        call("PUT", "/config", levelBody(global));
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private static JsonNode levelBody(Compatibility level) {
        return JSON.createObjectNode().put("compatibility", level.name());
    }

    private static JsonNode schemaBody(Schema schema) {
        return JSON.createObjectNode().put("schema", schema.toString());
    }

    private static Schema parse(JsonNode answer) {
        return new Schema.Parser().parse(answer.path("schema").asText());
    }

    private static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private JsonNode call(String method, String path, @Nullable JsonNode body) {
        var request = HttpRequest.newBuilder(URI.create(endpoint.url() + path))
                .timeout(REQUEST_TIMEOUT)
                .header("Accept", MEDIA_TYPE + ", application/json")
                .header("Content-Type", MEDIA_TYPE)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()));
        if (!endpoint.user().isEmpty()) {
            String credentials = endpoint.user() + ":" + endpoint.password();
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
        }
        try {
            return answer(method + " " + path, http.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException e) {
            throw RegistryException.unreachable("the schema registry at " + endpoint.url() + " does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RegistryException.unreachable("interrupted while asking the schema registry", e);
        }
    }

    private static JsonNode answer(String what, HttpResponse<String> response) {
        JsonNode body;
        try {
            body = JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new RegistryException(
                    response.statusCode(), response.statusCode(), what + ": the answer is not JSON");
        }
        if (response.statusCode() / 100 != 2) {
            throw new RegistryException(
                    response.statusCode(),
                    body.path("error_code").asInt(response.statusCode()),
                    what + ": " + body.path("message").asText("status " + response.statusCode()));
        }
        return body;
    }

    private static <K, V> Map<K, V> cache() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > CACHED_MAX;
            }
        };
    }
}
