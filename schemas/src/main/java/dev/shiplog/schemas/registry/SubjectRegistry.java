package dev.shiplog.schemas.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.apache.avro.AvroTypeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.jspecify.annotations.Nullable;

/// The registry's requests, answered from the topic `_schemas`. Every change is appended first and takes effect when it
/// is read back, so two registries on one topic agree.
final class SubjectRegistry {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CLAIMS_MAX = 5;
    private static final int VERSION_MAX = Integer.MAX_VALUE;

    private final SchemaTopic topic;
    private final SubjectStore store = new SubjectStore();

    SubjectRegistry(SchemaTopic topic) {
        this.topic = topic;
        catchUp();
    }

    /// @param path the segments of the path, decoded
    /// @param body parsed request body, null for none
    synchronized Reply answer(String method, List<String> path, @Nullable JsonNode body) {
        String route = method + " " + String.join("/", path.isEmpty() ? List.of() : shape(path));
        return switch (route) {
            case "GET " -> Reply.ok(JSON.createObjectNode());
            case "GET subjects" -> current(() -> Reply.ok(JSON.valueToTree(store.subjects())));
            case "POST subjects/*" -> withSchema(body, schema -> lookup(path.get(1), schema));
            case "GET subjects/*/versions" -> current(() -> versions(path.get(1)));
            case "POST subjects/*/versions" -> withSchema(body, schema -> register(path.get(1), schema));
            case "GET subjects/*/versions/*" -> current(() -> version(path.get(1), path.get(3), false));
            case "GET subjects/*/versions/*/schema" -> current(() -> version(path.get(1), path.get(3), true));
            case "GET schemas/types" -> Reply.ok(JSON.createArrayNode().add("AVRO"));
            case "GET schemas/ids/*" -> byId(path.get(2), false);
            case "GET schemas/ids/*/schema" -> byId(path.get(2), true);
            case "GET schemas/ids/*/subjects", "GET schemas/ids/*/versions" ->
                current(() -> uses(path.get(2), path.get(3).equals("versions")));
            case "POST compatibility/subjects/*/versions" ->
                withSchema(body, schema -> compatible(path.get(2), "all", schema));
            case "POST compatibility/subjects/*/versions/*" ->
                withSchema(body, schema -> compatible(path.get(2), path.get(4), schema));
            case "GET config" -> current(() -> level(store.globalLevel()));
            case "GET config/*" -> current(() -> ownLevel(path.get(1)));
            case "PUT config" -> setLevel(null, body);
            case "PUT config/*" -> setLevel(path.get(1), body);
            case "DELETE config/*" -> deleteLevel(path.get(1));
            case "GET mode", "GET mode/*" -> Reply.ok(JSON.createObjectNode().put("mode", "READWRITE"));
            default -> Reply.error(404, "HTTP 404 Not Found");
        };
    }

    /// The path with its variable segments replaced, so that one `switch` is the whole routing table.
    private static List<String> shape(List<String> path) {
        return switch (path.getFirst()) {
            case "subjects", "config", "mode" -> star(path, 1, 3);
            case "schemas" -> path.size() > 1 && path.get(1).equals("ids") ? star(path, 2) : path;
            case "compatibility" -> star(path, 2, 4);
            default -> path;
        };
    }

    private static List<String> star(List<String> path, int... variable) {
        var shaped = new ArrayList<>(path);
        for (int index : variable) {
            if (index < shaped.size()) {
                shaped.set(index, "*");
            }
        }
        return shaped;
    }

    private Reply current(Supplier<Reply> read) {
        catchUp();
        return read.get();
    }

    private void catchUp() {
        topic.readToEnd().forEach(store::apply);
    }

    private interface WithSchema {
        Reply reply(String canonical);
    }

    private Reply withSchema(@Nullable JsonNode body, WithSchema next) {
        if (body == null || !body.path("schema").isTextual()) {
            return Reply.error(42201, "Empty schema");
        }
        String type = body.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO") || !body.path("references").isEmpty()) {
            return Reply.error(42201, "Only Avro schemas without references are kept here, not " + type);
        }
        String canonical;
        try {
            canonical = SubjectStore.canonical(body.path("schema").asText());
        } catch (SchemaParseException | AvroTypeException e) {
            return Reply.error(42201, "Either the input schema or one its references is invalid: " + e.getMessage());
        }
        catchUp();
        return next.reply(canonical);
    }

    private Reply lookup(String subject, String schema) {
        if (store.versions(subject).isEmpty()) {
            return Reply.noSubject(subject);
        }
        var found = store.find(subject, schema);
        return found == null ? Reply.error(40403, "Schema not found") : Reply.ok(tree(found));
    }

    private Reply register(String subject, String schema) {
        for (int claim = 0; claim < CLAIMS_MAX; claim++) {
            var known = store.find(subject, schema);
            if (known != null) {
                return Reply.ok(JSON.createObjectNode().put("id", known.id()));
            }
            var problems = store.problems(subject, new Schema.Parser().parse(schema));
            if (!problems.isEmpty()) {
                return Reply.error(
                        409,
                        "Schema being registered is incompatible with an earlier schema for subject \"" + subject
                                + "\", details: " + problems);
            }
            // Ids are given only by the one writer that has read everything: claim, read, decide again if that
            // brought something new.
            topic.claim();
            var news = topic.readToEnd();
            news.forEach(store::apply);
            if (news.isEmpty()) {
                var next = store.next(subject, schema);
                if (append(SubjectStore.entry(next))) {
                    return Reply.ok(JSON.createObjectNode().put("id", next.id()));
                }
            }
        }
        return overtaken();
    }

    private boolean append(SchemaTopic.Entry entry) {
        if (!topic.append(entry)) {
            catchUp();
            return false;
        }
        catchUp();
        return true;
    }

    private static Reply overtaken() {
        return Reply.error(50003, "Another registry keeps writing to _schemas. Run one, or try again.");
    }

    private Reply versions(String subject) {
        var versions = store.versions(subject);
        if (versions.isEmpty()) {
            return Reply.noSubject(subject);
        }
        var numbers = JSON.createArrayNode();
        versions.forEach(v -> numbers.add(v.version()));
        return Reply.ok(numbers);
    }

    private sealed interface Found {
        record One(SubjectStore.Version version) implements Found {}

        record None(Reply reply) implements Found {}
    }

    private Found find(String subject, String version) {
        var versions = store.versions(subject);
        int number = version.equals("latest") || version.equals("-1") ? 0 : number(version);
        if (number < 0) {
            return new Found.None(Reply.error(
                    42202,
                    "The specified version '" + version
                            + "' is not a valid version id. Allowed values are between [1, 2^31-1] and the string"
                            + " \"latest\""));
        }
        if (versions.isEmpty()) {
            return new Found.None(Reply.noSubject(subject));
        }
        return versions.stream()
                .filter(v -> v.version() == (number == 0 ? versions.getLast().version() : number))
                .<Found>map(Found.One::new)
                .findFirst()
                .orElse(new Found.None(Reply.noVersion(version)));
    }

    /// A number from 1 on, or -1.
    private static int number(String text) {
        try {
            long number = Long.parseLong(text);
            return number >= 1 && number <= VERSION_MAX ? (int) number : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private Reply version(String subject, String version, boolean schemaOnly) {
        return switch (find(subject, version)) {
            case Found.None(var reply) -> reply;
            case Found.One(var found) -> Reply.ok(schemaOnly ? raw(found.schema()) : tree(found));
        };
    }

    private Reply byId(String text, boolean schemaOnly) {
        int id = number(text);
        if (id >= 0 && store.schema(id) == null) {
            catchUp();
        }
        @Nullable String schema = id < 0 ? null : store.schema(id);
        if (schema == null) {
            return Reply.noSchema(text);
        }
        return Reply.ok(schemaOnly ? raw(schema) : JSON.createObjectNode().put("schema", schema));
    }

    private Reply uses(String text, boolean versions) {
        int id = number(text);
        if (id < 0 || store.schema(id) == null) {
            return Reply.noSchema(text);
        }
        var list = JSON.createArrayNode();
        for (var use : store.uses(id)) {
            if (versions) {
                list.addObject().put("subject", use.subject()).put("version", use.version());
            } else {
                list.add(use.subject());
            }
        }
        return Reply.ok(list);
    }

    private Reply compatible(String subject, String version, String schema) {
        List<Schema> against;
        if (version.equals("all")) {
            against = store.versions(subject).stream()
                    .map(SubjectStore.Version::parsed)
                    .toList();
        } else {
            switch (find(subject, version)) {
                case Found.None(var reply) -> {
                    return reply;
                }
                case Found.One(var found) -> against = List.of(found.parsed());
            }
        }
        var problems = store.level(subject).problems(new Schema.Parser().parse(schema), against);
        ObjectNode answer = JSON.createObjectNode().put("is_compatible", problems.isEmpty());
        if (!problems.isEmpty()) {
            answer.set("messages", JSON.valueToTree(problems));
        }
        return Reply.ok(answer);
    }

    private static Reply level(Compatibility level) {
        return Reply.ok(JSON.createObjectNode().put("compatibilityLevel", level.name()));
    }

    private Reply ownLevel(String subject) {
        var own = store.ownLevel(subject);
        return own == null
                ? Reply.error(40408, "Subject '" + subject + "' does not have subject-level compatibility configured")
                : level(own);
    }

    private Reply setLevel(@Nullable String subject, @Nullable JsonNode body) {
        Compatibility level;
        try {
            level = Compatibility.valueOf(
                    body == null ? "" : body.path("compatibility").asText().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return Reply.error(
                    42203,
                    "Invalid compatibility level. Valid values are none, backward, forward, full,"
                            + " backward_transitive, forward_transitive, and full_transitive");
        }
        catchUp();
        var before = subject == null ? store.globalLevel() : store.ownLevel(subject);
        if (before != level && !appendClaimed(SubjectStore.entry(subject, level))) {
            return overtaken();
        }
        return Reply.ok(JSON.createObjectNode().put("compatibility", level.name()));
    }

    private Reply deleteLevel(String subject) {
        catchUp();
        var own = store.ownLevel(subject);
        if (own == null) {
            return ownLevel(subject);
        }
        return appendClaimed(SubjectStore.entry(subject, null)) ? level(own) : overtaken();
    }

    private boolean appendClaimed(SchemaTopic.Entry entry) {
        for (int claim = 0; claim < CLAIMS_MAX; claim++) {
            topic.claim();
            catchUp();
            if (append(entry)) {
                return true;
            }
        }
        return false;
    }

    private static ObjectNode tree(SubjectStore.Version version) {
        return JSON.createObjectNode()
                .put("subject", version.subject())
                .put("version", version.version())
                .put("id", version.id())
                .put("schema", version.schema());
    }

    private static JsonNode raw(String schema) {
        try {
            return JSON.readTree(schema);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a kept schema is not JSON: " + schema, e);
        }
    }
}
