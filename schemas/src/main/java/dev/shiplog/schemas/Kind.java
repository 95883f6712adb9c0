package dev.shiplog.schemas;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// One kind of the API: what discovery says of it at once, its schema when first asked for.
public final class Kind {
    private static final int TOPIC_NAME_MAX = 249;

    private final Schema facts;
    private final Supplier<RecordType<?>> type;
    private final String group;
    private final String version;
    private final List<Subresource> subresources;

    /// Where the parts of a Scale stand in the kind that has one, under the names that a CRD has for them.
    public record ScalePaths(String specReplicasPath, String statusReplicasPath, String labelSelectorPath) {}

    /// A subresource; `apiVersion` and `kind` are empty where the body is the kind itself, or none.
    ///
    /// @param scale null where the subresource is no Scale
    public record Subresource(
            String name,
            String apiVersion,
            String kind,
            List<String> verbs,
            @Nullable ScalePaths scale) {
        public Subresource {
            verbs = List.copyOf(verbs);
        }
    }

    private Kind(Schema facts, Supplier<RecordType<?>> type) {
        this.facts = facts;
        this.type = type;
        String apiVersion = text(facts, "apiVersion");
        if (apiVersion.isEmpty()) {
            throw new IllegalArgumentException(facts.getFullName() + " has no apiVersion: it is no kind");
        }
        int slash = apiVersion.indexOf('/');
        this.group = slash < 0 ? "" : apiVersion.substring(0, slash);
        this.version = apiVersion.substring(slash + 1);
        this.subresources = facts.getObjectProp("subresources") instanceof List<?> list
                ? list.stream().map(Kind::subresource).toList()
                : List.of();
    }

    static Kind of(KindSource source) {
        return new Kind(RecordType.parse(source.facts()), source.type());
    }

    /// A kind without a class, whose schema has the facts as properties.
    public static Kind dynamic(Schema schema) {
        return new Kind(schema, new Lazy<RecordType<?>>(() -> RecordType.dynamic(schema))::get);
    }

    private static Subresource subresource(Object facts) {
        if (!(facts instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("a subresource is no object: " + facts);
        }
        return new Subresource(
                string(map.get("name")),
                string(map.get("apiVersion")),
                string(map.get("kind")),
                strings(map.get("verbs")),
                map.containsKey("specReplicasPath")
                        ? new ScalePaths(
                                string(map.get("specReplicasPath")),
                                string(map.get("statusReplicasPath")),
                                string(map.get("labelSelectorPath")))
                        : null);
    }

    private static String string(@Nullable Object value) {
        return value instanceof String text ? text : "";
    }

    private static List<String> strings(@Nullable Object value) {
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    private static String text(Schema facts, String property) {
        return string(facts.getObjectProp(property));
    }

    /// The schema of the record, its fields left out: all properties that the kind itself has.
    public Schema facts() {
        return facts;
    }

    /// Empty for the core group.
    public String group() {
        return group;
    }

    public String version() {
        return version;
    }

    public String apiVersion() {
        return text(facts, "apiVersion");
    }

    public String kind() {
        return facts.getName();
    }

    /// The resource, as in paths; empty if the kind is only a body.
    public String plural() {
        return text(facts, "plural");
    }

    public String singular() {
        return text(facts, "singular");
    }

    public List<String> shortNames() {
        return strings(facts.getObjectProp("shortNames"));
    }

    public List<String> categories() {
        return strings(facts.getObjectProp("categories"));
    }

    public boolean namespaced() {
        return text(facts, "scope").equals("Namespaced");
    }

    /// Where its objects live; null if they are not stored.
    public @Nullable StoreName store() {
        return switch (text(facts, "store")) {
            case "main" -> StoreName.MAIN;
            case "ephemeral" -> StoreName.EPHEMERAL;
            default -> null;
        };
    }

    public List<String> verbs() {
        return strings(facts.getObjectProp("verbs"));
    }

    public List<Subresource> subresources() {
        return subresources;
    }

    public @Nullable Subresource subresource(String name) {
        for (Subresource subresource : subresources) {
            if (subresource.name().equals(name)) {
                return subresource;
            }
        }
        return null;
    }

    public boolean hasStatus() {
        return subresource("status") != null;
    }

    /// `dns-subdomain`, `dns-label` or `dns-1035-label`; empty if names are not checked.
    public String nameRule() {
        return text(facts, "nameRule");
    }

    public RecordType<?> type() {
        return type.get();
    }

    public Schema schema() {
        return type().schema();
    }

    /// The text that is registered and kept in the journal.
    public String strippedText() {
        return type().strippedText();
    }

    public long fingerprint() {
        return type().fingerprint();
    }

    /// The Avro name of its records, which is the subject of its schema in `objects`.
    public String fullName() {
        return facts.getFullName();
    }

    /// The compacted topic that holds its objects alone.
    public String typedTopic() {
        String name = "objects." + (group.isEmpty() ? "core" : group) + "." + plural();
        if (name.length() <= TOPIC_NAME_MAX) {
            return name;
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((plural() + "." + group).getBytes(StandardCharsets.UTF_8));
            return "objects.x-" + HexFormat.of().formatHex(hash).substring(0, 40);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return apiVersion() + "/" + kind();
    }
}
