package dev.shiplog.schemas.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/// Kubernetes' strategic merge patch: a merge patch whose lists merge by key where the schema says so, with directives
/// (`$patch`, `$retainKeys`, `$setElementOrder/x`, `$deleteFromPrimitiveList/x`) in the patch.
final class StrategicMergePatch {
    static final String PATCH = "$patch";
    static final String RETAIN_KEYS = "$retainKeys";
    static final String SET_ORDER = "$setElementOrder/";
    static final String DELETE_VALUES = "$deleteFromPrimitiveList/";

    private StrategicMergePatch() {}

    static ObjectNode apply(ObjectNode current, ObjectNode patch, Schema schema) {
        return mergeObject(current.deepCopy(), patch, MergeFacts.of(schema));
    }

    /// Merges `patch` into `target`, which it may change, and returns the result.
    static ObjectNode mergeObject(ObjectNode target, ObjectNode patch, MergeFacts facts) {
        switch (directive(patch)) {
            case "", "merge" -> {}
            case "replace" -> {
                ObjectNode replaced = patch.deepCopy();
                replaced.remove(PATCH);
                return replaced;
            }
            case "delete" -> {
                return JsonNodeFactory.instance.objectNode();
            }
            default -> throw unknownDirective(patch);
        }
        if (patch.has(RETAIN_KEYS)) {
            retainKeys(target, patch);
        }
        for (var change : patch.properties()) {
            String name = change.getKey();
            if (name.startsWith(SET_ORDER) || name.startsWith(DELETE_VALUES)) {
                String list = name.substring(name.indexOf('/') + 1);
                // With the list itself in the patch, its own turn takes the directives along; without, the first does.
                boolean turn = !patch.has(list) && (name.startsWith(DELETE_VALUES) || !patch.has(DELETE_VALUES + list));
                if (turn && target.has(list)) {
                    mergeField(target, list, JsonNodeFactory.instance.arrayNode(), patch, facts.field(list));
                }
            } else if (!name.equals(PATCH) && !name.equals(RETAIN_KEYS)) {
                mergeField(target, name, change.getValue(), patch, facts.field(name));
            }
        }
        return target;
    }

    static String directive(JsonNode patch) {
        JsonNode directive = patch.get(PATCH);
        if (directive == null) {
            return "";
        }
        if (!directive.isTextual()) {
            throw unknownDirective(patch);
        }
        return directive.asText();
    }

    static PatchException unknownDirective(JsonNode patch) {
        return PatchException.malformed(
                "Unknown patch directive %s: use replace, delete or merge".formatted(patch.get(PATCH)));
    }

    private static void retainKeys(ObjectNode target, ObjectNode patch) {
        if (!(patch.get(RETAIN_KEYS) instanceof ArrayNode list)) {
            throw PatchException.malformed("invalid patch format of retainKeys: it must be a list of names");
        }
        var retained = new ArrayList<String>();
        list.forEach(name -> retained.add(name.asText()));
        for (var change : patch.properties()) {
            if (!change.getKey().startsWith("$")
                    && !change.getValue().isNull()
                    && !retained.contains(change.getKey())) {
                throw PatchException.malformed(
                        "invalid patch format of retainKeys: '%s' is set but not retained".formatted(change.getKey()));
            }
        }
        target.retain(retained);
    }

    private static void mergeField(ObjectNode target, String name, JsonNode value, ObjectNode patch, MergeFacts facts) {
        switch (value) {
            case JsonNode none when none.isNull() -> target.remove(name);
            case ObjectNode nested
            when !facts.replace() -> {
                JsonNode present = target.get(name);
                boolean deleted = directive(nested).equals("delete");
                if (deleted && !(present instanceof ObjectNode)) {
                    return;
                }
                ObjectNode into = present instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
                target.set(name, mergeObject(into, nested, facts));
            }
            case ArrayNode list
            when facts.merge() -> {
                JsonNode present = target.get(name);
                ArrayNode into = present instanceof ArrayNode array ? array : JsonNodeFactory.instance.arrayNode();
                var merge = new ListMerge(name, facts, values(patch, DELETE_VALUES + name), order(patch, name));
                target.set(name, merge.merge(into, list));
            }
            default -> target.set(name, withoutDirectives(value));
        }
    }

    private static List<JsonNode> values(ObjectNode patch, String directive) {
        JsonNode values = patch.get(directive);
        if (values == null) {
            return List.of();
        }
        if (!(values instanceof ArrayNode list)) {
            throw PatchException.malformed("invalid patch format of primitive list: %s".formatted(directive));
        }
        return list.valueStream().toList();
    }

    private static List<JsonNode> order(ObjectNode patch, String name) {
        JsonNode order = patch.get(SET_ORDER + name);
        if (order != null && !order.isArray()) {
            throw PatchException.malformed("invalid patch format of setElementOrder list: %s".formatted(name));
        }
        return order == null ? List.of() : order.valueStream().toList();
    }

    /// A value that replaces another, or is new: directives in it have nothing to act on.
    private static JsonNode withoutDirectives(JsonNode value) {
        if (value instanceof ArrayNode list) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode(list.size());
            for (JsonNode element : list) {
                if (!element.has(PATCH)) {
                    copy.add(withoutDirectives(element));
                }
            }
            return copy;
        }
        return value instanceof ObjectNode object
                ? mergeObject(JsonNodeFactory.instance.objectNode(), object, MergeFacts.UNKNOWN)
                : value.deepCopy();
    }
}
