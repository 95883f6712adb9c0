package dev.shiplog.schemas.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.Kind;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The OpenAPI v3 documents of a catalog: one for each group and version, made when first asked for, and their index.
public final class OpenApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int HASH_CHARS = 32;

    /// One document as it is sent.
    public static final class Document {
        private final byte[] json;
        private final String hash;

        private Document(byte[] json, String hash) {
            this.json = json;
            this.hash = hash;
        }

        /// Its bytes, which are shared and must not be changed.
        public byte[] json() {
            return json;
        }

        /// Changes with its contents.
        public String hash() {
            return hash;
        }
    }

    private final Catalog catalog;
    private final Map<String, List<Kind>> resources;
    private final Map<String, Document> documents = new ConcurrentHashMap<>();

    public OpenApi(Catalog catalog) {
        this.catalog = catalog;
        var resources = new TreeMap<String, List<Kind>>();
        for (Kind kind : catalog.kinds()) {
            if (kind.store() != null) {
                resources.merge(path(kind), List.of(kind), OpenApi::joined);
            }
        }
        this.resources = resources;
    }

    private static List<Kind> joined(List<Kind> some, List<Kind> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    private static String path(Kind kind) {
        return (kind.group().isEmpty() ? "api/" : "apis/") + kind.apiVersion();
    }

    /// The body of `/openapi/v3`: where each document is, with its hash so that it can be cached for ever.
    public byte[] index() {
        var index = JSON.createObjectNode();
        var paths = index.putObject("paths");
        for (String path : resources.keySet()) {
            String hash = made(path).hash();
            paths.putObject(path).put("serverRelativeURL", "/openapi/v3/" + path + "?hash=" + hash);
        }
        return bytes(index);
    }

    /// What documents there are.
    public List<String> paths() {
        return List.copyOf(resources.keySet());
    }

    /// The document of a group and version, as `api/v1` or `apis/apps/v1`; null when the API has no such one.
    public @Nullable Document document(String path) {
        return resources.containsKey(path) ? made(path) : null;
    }

    private Document made(String path) {
        return documents.computeIfAbsent(path, this::make);
    }

    private Document make(String path) {
        List<Kind> kinds = resources.getOrDefault(path, List.of());
        var components = new Components(JSON);
        var paths = JSON.createObjectNode();
        var operations = new Operations(JSON, catalog, components);
        kinds.forEach(kind -> operations.add(kind, paths));
        var document = JSON.createObjectNode();
        document.put("openapi", "3.0.0");
        document.putObject("info").put("title", "Shiplog").put("version", "v1.36.0");
        document.set("paths", paths);
        document.putObject("components").set("schemas", components.schemas());
        byte[] json = bytes(document);
        return new Document(json, hash(json));
    }

    private static byte[] bytes(JsonNode tree) {
        try {
            return JSON.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree can always be written", e);
        }
    }

    private static String hash(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().withUpperCase().formatHex(digest).substring(0, HASH_CHARS);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
