package dev.shiplog.schemas.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.shiplog.schemas.Bytes;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/// Values of an object as a message shows them: as JSON, without what is empty.
final class Values {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Values() {}

    static String text(Object value) {
        return tree(value).toString();
    }

    private static JsonNode tree(@Nullable Object value) {
        return switch (value) {
            case null -> JSON.nullNode();
            case IndexedRecord object -> record(object);
            case Map<?, ?> map -> {
                var tree = JSON.objectNode();
                map.forEach((key, each) -> tree.set(key.toString(), tree(each)));
                yield tree;
            }
            case Collection<?> list -> {
                var tree = JSON.arrayNode();
                list.forEach(each -> tree.add(tree(each)));
                yield tree;
            }
            case Integer number -> JSON.numberNode(number);
            case Long number -> JSON.numberNode(number);
            case Boolean flag -> JSON.booleanNode(flag);
            case Bytes bytes -> JSON.textNode(bytes.base64());
            case Instant time -> JSON.textNode(time.toString());
            default -> JSON.textNode(value.toString());
        };
    }

    private static JsonNode record(IndexedRecord object) {
        var tree = JSON.objectNode();
        for (Schema.Field field : object.getSchema().getFields()) {
            @Nullable Object value = object.get(field.pos());
            if (value != null && !isEmpty(value)) {
                tree.set(jsonName(field), tree(value));
            }
        }
        return tree;
    }

    static String jsonName(Schema.Field field) {
        String name = field.getProp("jsonName");
        return name == null ? field.name() : name;
    }

    /// Whether a value is what Kubernetes leaves out: zero, empty, or made of nothing else.
    static boolean isEmpty(Object value) {
        return switch (value) {
            case String text -> text.isEmpty();
            case Collection<?> list -> list.isEmpty();
            case Map<?, ?> map -> map.isEmpty();
            case Boolean flag -> !flag;
            case Integer number -> number == 0;
            case Long number -> number == 0;
            case IndexedRecord object -> {
                for (Schema.Field field : object.getSchema().getFields()) {
                    @Nullable Object nested = object.get(field.pos());
                    boolean pointer = field.schema().getType() == Schema.Type.UNION;
                    if (nested != null && (pointer || !isEmpty(nested))) {
                        yield false;
                    }
                }
                yield true;
            }
            default -> false;
        };
    }
}
