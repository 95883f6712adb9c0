package dev.shiplog.node.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shiplog.node.pod.ServiceLink;
import dev.shiplog.schemas.Bytes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Reads ConfigMaps, Secrets and tokens from the API server, and keeps the objects for a short while, so that a hundred
/// pods of one Deployment ask once.
public final class SourcesClient implements Sources {
    private static final int CACHED_MAX = 512;
    private static final Duration FRESH = Duration.ofSeconds(5);
    /// A token is replaced when this part of its life is over, and after a day in any case.
    private static final double WORN = 0.8;

    private static final long WORN_SECONDS_MAX = Duration.ofDays(1).toSeconds();

    private record Cached(Optional<Map<String, Bytes>> entries, Instant at) {}

    private record Listed(List<ServiceLink> links, Instant at) {}

    private final ApiClient api;
    private final Clock clock;
    private final Map<String, Cached> cache = bounded();
    private final Map<String, Listed> services = bounded();

    public SourcesClient(ApiClient api, Clock clock) {
        this.api = api;
        this.clock = clock;
    }

    private static <V> Map<String, V> bounded() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > CACHED_MAX;
            }
        };
    }

    @Override
    public Optional<Map<String, Bytes>> configMap(String namespace, String name) throws AwayException {
        return entries("/api/v1/namespaces/" + namespace + "/configmaps/" + name);
    }

    @Override
    public Optional<Map<String, Bytes>> secret(String namespace, String name) throws AwayException {
        return entries("/api/v1/namespaces/" + namespace + "/secrets/" + name);
    }

    @Override
    public List<ServiceLink> services(String namespace) {
        String path = "/api/v1/namespaces/" + namespace + "/services";
        Instant now = clock.instant();
        synchronized (services) {
            Listed listed = services.get(path);
            if (listed != null && listed.at().plus(FRESH).isAfter(now)) {
                return listed.links();
            }
        }
        List<ServiceLink> links = new ArrayList<>();
        for (JsonNode item : api.get(path).body().path("items")) {
            String address = item.path("spec").path("clusterIP").asText("");
            if (!address.isEmpty() && !address.equals("None")) {
                links.add(new ServiceLink(item.path("metadata").path("name").asText(), address, ports(item)));
            }
        }
        synchronized (services) {
            services.put(path, new Listed(links, now));
        }
        return links;
    }

    private static List<ServiceLink.Port> ports(JsonNode service) {
        List<ServiceLink.Port> ports = new ArrayList<>();
        for (JsonNode port : service.path("spec").path("ports")) {
            ports.add(new ServiceLink.Port(
                    port.path("name").asText(""),
                    port.path("port").asInt(),
                    port.path("protocol").asText("TCP")));
        }
        return ports;
    }

    @Override
    public Token token(TokenWish wish) throws AwayException {
        ObjectNode request =
                ApiClient.object().put("apiVersion", "authentication.k8s.io/v1").put("kind", "TokenRequest");
        ObjectNode spec = request.putObject("spec").put("expirationSeconds", wish.expirationSeconds());
        if (!wish.audience().isEmpty()) {
            spec.putArray("audiences").add(wish.audience());
        }
        spec.putObject("boundObjectRef")
                .put("apiVersion", "v1")
                .put("kind", "Pod")
                .put("name", wish.podName())
                .put("uid", wish.podUid());
        ApiAnswer answer = api.post(
                "/api/v1/namespaces/" + wish.namespace() + "/serviceaccounts/" + wish.account() + "/token", request);
        if (!answer.ok()) {
            throw new AwayException("no token of service account " + wish.account() + ": " + answer.message());
        }
        long now = clock.instant().getEpochSecond();
        Instant end = Instant.parse(
                answer.body().path("status").path("expirationTimestamp").asText());
        long life = Math.max(0, end.getEpochSecond() - now);
        return new Token(
                answer.body().path("status").path("token").asText(),
                now + Math.min((long) (life * WORN), WORN_SECONDS_MAX));
    }

    @Override
    public void refresh() {
        synchronized (cache) {
            cache.clear();
        }
    }

    private Optional<Map<String, Bytes>> entries(String path) throws AwayException {
        Instant now = clock.instant();
        synchronized (cache) {
            Cached cached = cache.get(path);
            if (cached != null && cached.at().plus(FRESH).isAfter(now)) {
                return cached.entries();
            }
        }
        ApiAnswer answer = api.get(path);
        if (!answer.ok() && !answer.notFound()) {
            throw new AwayException("cannot read " + path + ": " + answer.message());
        }
        Optional<Map<String, Bytes>> entries = answer.ok() ? Optional.of(entries(answer.body())) : Optional.empty();
        synchronized (cache) {
            cache.put(path, new Cached(entries, now));
        }
        return entries;
    }

    /// Data of a ConfigMap is text and its binaryData base64; a Secret's data is base64.
    private static Map<String, Bytes> entries(JsonNode object) {
        boolean secret = object.path("kind").asText().equals("Secret");
        var entries = new TreeMap<String, Bytes>();
        object.path("data")
                .properties()
                .forEach(entry -> entries.put(
                        entry.getKey(),
                        secret
                                ? Bytes.copyOf(Base64.getDecoder()
                                        .decode(entry.getValue().asText()))
                                : Bytes.utf8(entry.getValue().asText())));
        object.path("binaryData")
                .properties()
                .forEach(entry -> entries.put(
                        entry.getKey(),
                        Bytes.copyOf(Base64.getDecoder().decode(entry.getValue().asText()))));
        return entries;
    }
}
