package dev.shiplog.schemas.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// JSON patch, RFC 6902: a list of operations, all of them or none.
final class JsonPatch {
    static final int OPERATIONS_MAX = 10_000;
    static final int COPIED_CHARS_MAX = 3 << 20;

    /// Numbers are equal by value, whatever they look like; everything else as JSON is.
    private static final Comparator<JsonNode> BY_VALUE = (a, b) -> {
        if (a.isNumber() && b.isNumber()) {
            return a.decimalValue().compareTo(b.decimalValue());
        }
        return a.equals(b) ? 0 : 1;
    };

    private sealed interface Operation {
        record Add(Pointer path, JsonNode value) implements Operation {}

        record Replace(Pointer path, JsonNode value) implements Operation {}

        record Test(Pointer path, JsonNode value) implements Operation {}

        record Remove(Pointer path) implements Operation {}

        record Move(Pointer from, Pointer path) implements Operation {}

        record Copy(Pointer from, Pointer path) implements Operation {}
    }

    private final List<Operation> operations;

    private JsonPatch(List<Operation> operations) {
        this.operations = operations;
    }

    static JsonPatch parse(JsonNode patch) {
        if (!(patch instanceof ArrayNode list)) {
            throw PatchException.malformed("a JSON patch must be a list of operations, not " + patch.getNodeType());
        }
        if (list.size() > OPERATIONS_MAX) {
            throw PatchException.tooLarge("The allowed maximum operations in a JSON patch is %d, got %d"
                    .formatted(OPERATIONS_MAX, list.size()));
        }
        var operations = new ArrayList<Operation>(list.size());
        for (JsonNode each : list) {
            operations.add(operation(each, operations.size()));
        }
        return new JsonPatch(operations);
    }

    private static Operation operation(JsonNode node, int index) {
        String op = node.path("op").asText();
        Pointer path = pointer(node, "path", index);
        return switch (op) {
            case "add" -> new Operation.Add(path, value(node, index));
            case "replace" -> new Operation.Replace(path, value(node, index));
            case "test" -> new Operation.Test(path, value(node, index));
            case "remove" -> new Operation.Remove(path);
            case "move" -> new Operation.Move(pointer(node, "from", index), path);
            case "copy" -> new Operation.Copy(pointer(node, "from", index), path);
            default -> throw PatchException.malformed("operation %d is unknown: '%s'".formatted(index, op));
        };
    }

    private static JsonNode value(JsonNode node, int index) {
        JsonNode value = node.get("value");
        if (value == null) {
            throw PatchException.malformed("operation %d (%s) has no value"
                    .formatted(index, node.path("op").asText()));
        }
        return value;
    }

    private static Pointer pointer(JsonNode node, String field, int index) {
        JsonNode text = node.path(field);
        if (!text.isTextual()) {
            throw PatchException.malformed("operation %d has no %s".formatted(index, field));
        }
        return Pointer.parse(text.asText());
    }

    JsonNode apply(ObjectNode current) {
        JsonNode document = current.deepCopy();
        long copied = 0;
        for (Operation operation : operations) {
            if (operation instanceof Operation.Copy copy) {
                copied += copy.from().get(document, "copy").toString().length();
                if (copied > COPIED_CHARS_MAX) {
                    throw PatchException.tooLarge("the copies of this patch exceed " + COPIED_CHARS_MAX);
                }
            }
            document = apply(operation, document);
        }
        return document;
    }

    private static JsonNode apply(Operation operation, JsonNode document) {
        return switch (operation) {
            case Operation.Add(var path, var value) -> path.add(document, value.deepCopy());
            case Operation.Replace(var path, var value) -> path.replace(document, value.deepCopy());
            case Operation.Remove(var path) -> path.remove(document);
            case Operation.Copy(var from, var path) ->
                path.add(document, from.get(document, "copy").deepCopy());
            case Operation.Move(var from, var path) -> {
                JsonNode value = from.get(document, "move");
                if (path.isBelow(from)) {
                    throw PatchException.unfit("cannot move " + from + " into itself at " + path);
                }
                yield path.add(from.remove(document), value);
            }
            case Operation.Test(var path, var value) -> {
                test(document, path, value);
                yield document;
            }
        };
    }

    private static void test(JsonNode document, Pointer path, JsonNode value) {
        JsonNode found = path.get(document, "test");
        if (!found.equals(BY_VALUE, value)) {
            throw PatchException.unfit("testing value %s failed: test failed".formatted(path));
        }
    }
}
