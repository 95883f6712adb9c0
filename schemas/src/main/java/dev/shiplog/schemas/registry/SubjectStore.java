package dev.shiplog.schemas.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.jspecify.annotations.Nullable;

/// What the topic `_schemas` says: subjects, their versions, ids, compatibility levels. It changes only by [#apply];
/// deciding what to append leaves it as it is.
final class SubjectStore {
    /// The level of subjects that have none of their own, until somebody sets another.
    static final Compatibility DEFAULT_LEVEL = Compatibility.BACKWARD_TRANSITIVE;

    private static final ObjectMapper JSON = new ObjectMapper();

    /// One version of a subject as the topic holds it. A deleted one keeps its id readable.
    record Version(String subject, int version, int id, String schema, boolean deleted) {
        Schema parsed() {
            return new Schema.Parser().parse(schema);
        }
    }

    private final Map<Integer, String> schemas = new HashMap<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private final TreeMap<String, TreeMap<Integer, Version>> subjects = new TreeMap<>();
    private final Map<String, Compatibility> levels = new HashMap<>();
    private Compatibility globalLevel = DEFAULT_LEVEL;
    private int idMax;

    void apply(SchemaTopic.Entry entry) {
        try {
            JsonNode key = JSON.readTree(entry.key());
            @Nullable String value = entry.value();
            JsonNode body = value == null ? JSON.nullNode() : JSON.readTree(value);
            switch (key.path("keytype").asText()) {
                case "SCHEMA" -> applySchema(key, body);
                case "CONFIG" -> applyLevel(key, body);
                case "DELETE_SUBJECT" -> applyDeletion(body);
                default -> {} // NOOP, MODE and what later versions of the protocol add
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("_schemas holds a record that is not JSON: " + entry, e);
        }
    }

    private void applySchema(JsonNode key, JsonNode body) {
        String subject = key.path("subject").asText();
        int number = key.path("version").asInt();
        if (body.isNull()) {
            var versions = subjects.get(subject);
            if (versions != null && versions.remove(number) != null && versions.isEmpty()) {
                subjects.remove(subject);
            }
            return;
        }
        int id = body.path("id").asInt();
        String schema = body.path("schema").asText();
        schemas.put(id, schema);
        ids.putIfAbsent(schema, id);
        idMax = Math.max(idMax, id);
        subjects.computeIfAbsent(subject, _ -> new TreeMap<>())
                .put(
                        number,
                        new Version(
                                subject,
                                number,
                                id,
                                schema,
                                body.path("deleted").asBoolean()));
    }

    private void applyLevel(JsonNode key, JsonNode body) {
        JsonNode subject = key.path("subject");
        @Nullable
        Compatibility level = body.isNull()
                ? null
                : Compatibility.valueOf(body.path("compatibilityLevel").asText());
        if (subject.isNull() || subject.isMissingNode()) {
            globalLevel = Objects.requireNonNullElse(level, DEFAULT_LEVEL);
        } else if (level == null) {
            levels.remove(subject.asText());
        } else {
            levels.put(subject.asText(), level);
        }
    }

    private void applyDeletion(JsonNode body) {
        var versions = subjects.get(body.path("subject").asText());
        int last = body.path("version").asInt();
        if (versions != null) {
            versions.replaceAll((number, version) ->
                    number > last ? version : new Version(version.subject, number, version.id, version.schema, true));
        }
    }

    /// Subjects with at least one version that is not deleted, sorted.
    List<String> subjects() {
        return subjects.keySet().stream().filter(s -> !versions(s).isEmpty()).toList();
    }

    /// The versions of a subject that are not deleted, oldest first.
    List<Version> versions(String subject) {
        var versions = subjects.get(subject);
        return versions == null
                ? List.of()
                : versions.values().stream().filter(v -> !v.deleted()).toList();
    }

    @Nullable
    String schema(int id) {
        return schemas.get(id);
    }

    /// Every version of every subject that has this id.
    List<Version> uses(int id) {
        return subjects.values().stream()
                .map(Map::values)
                .flatMap(Collection::stream)
                .filter(v -> v.id() == id && !v.deleted())
                .toList();
    }

    @Nullable
    Version find(String subject, String schema) {
        return versions(subject).stream()
                .filter(v -> v.schema().equals(schema))
                .findFirst()
                .orElse(null);
    }

    Compatibility globalLevel() {
        return globalLevel;
    }

    @Nullable
    Compatibility ownLevel(String subject) {
        return levels.get(subject);
    }

    Compatibility level(String subject) {
        return levels.getOrDefault(subject, globalLevel);
    }

    List<String> problems(String subject, Schema candidate) {
        return level(subject)
                .problems(
                        candidate,
                        versions(subject).stream().map(Version::parsed).toList());
    }

    /// The version that a new schema of a subject will be. The same schema has the same id in every subject; versions
    /// count on over deleted ones.
    Version next(String subject, String schema) {
        var versions = subjects.get(subject);
        int number = versions == null || versions.isEmpty() ? 1 : versions.lastKey() + 1;
        return new Version(subject, number, ids.getOrDefault(schema, idMax + 1), schema, false);
    }

    static SchemaTopic.Entry entry(Version version) {
        var key = JSON.createObjectNode()
                .put("keytype", "SCHEMA")
                .put("subject", version.subject())
                .put("version", version.version())
                .put("magic", 1);
        var value = JSON.createObjectNode()
                .put("subject", version.subject())
                .put("version", version.version())
                .put("id", version.id())
                .put("schema", version.schema())
                .put("deleted", version.deleted());
        return new SchemaTopic.Entry(key.toString(), value.toString());
    }

    static SchemaTopic.Entry entry(@Nullable String subject, @Nullable Compatibility level) {
        var key = JSON.createObjectNode()
                .put("keytype", "CONFIG")
                .put("subject", subject)
                .put("magic", 0);
        return new SchemaTopic.Entry(
                key.toString(),
                level == null
                        ? null
                        : JSON.createObjectNode()
                                .put("compatibilityLevel", level.name())
                                .toString());
    }

    /// The text under which a schema is kept and compared, whatever its white space was.
    ///
    /// @throws SchemaParseException when it is no Avro schema
    static String canonical(String schema) {
        return new Schema.Parser().parse(schema).toString();
    }
}
