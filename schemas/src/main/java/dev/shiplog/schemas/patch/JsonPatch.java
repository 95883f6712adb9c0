package dev.shiplog.schemas.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    private record Operation(String op, Pointer path, @Nullable Pointer from, @Nullable JsonNode value) {}

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
            case "add", "replace", "test" -> {
                JsonNode value = node.get("value");
                if (value == null) {
                    throw PatchException.malformed("operation %d (%s) has no value".formatted(index, op));
                }
                yield new Operation(op, path, null, value);
            }
            case "remove" -> new Operation(op, path, null, null);
            case "move", "copy" -> new Operation(op, path, pointer(node, "from", index), null);
            default -> throw PatchException.malformed("operation %d is unknown: '%s'".formatted(index, op));
        };
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
            document = switch (operation) {
                case Operation(_, var path, var from, _) when from != null -> {
                    JsonNode value = from.get(document, operation.op());
                    copied += value.toString().length();
                    if (copied > COPIED_CHARS_MAX) {
                        throw PatchException.tooLarge("the copies of this patch exceed " + COPIED_CHARS_MAX);
                    }
                    if (operation.op().equals("copy")) {
                        yield path.add(document, value.deepCopy());
                    }
                    if (path.isBelow(from)) {
                        throw PatchException.unfit("cannot move " + from + " into itself at " + path);
                    }
                    yield path.add(from.remove(document), value);
                }
                case Operation(var op, var path, _, var value) when value != null -> switch (op) {
                    case "add" -> path.add(document, value.deepCopy());
                    case "replace" -> path.replace(document, value.deepCopy());
                    default -> {
                        test(document, path, value);
                        yield document;
                    }
                };
                case Operation(_, var path, _, _) -> path.remove(document);
            };
        }
        return document;
    }

    private static void test(JsonNode document, Pointer path, JsonNode value) {
        JsonNode found = path.get(document, "test");
        if (!found.equals(BY_VALUE, value)) {
            throw PatchException.unfit("testing value %s failed: test failed".formatted(path));
        }
    }
}
