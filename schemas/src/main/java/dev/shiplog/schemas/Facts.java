package dev.shiplog.schemas;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// Lends the facts of a present schema to an older, stripped one of the same name, field by field.
final class Facts {
    private final Map<String, Schema> done = new HashMap<>();

    private Facts() {}

    static Schema over(Schema stripped, Schema present) {
        return new Facts().lend(stripped, present);
    }

    private Schema lend(Schema to, @Nullable Schema from) {
        return switch (to.getType()) {
            case RECORD -> record(to, from != null && from.getType() == Schema.Type.RECORD ? from : null);
            case ARRAY ->
                Schema.createArray(lend(
                        to.getElementType(),
                        from != null && from.getType() == Schema.Type.ARRAY ? from.getElementType() : null));
            case MAP ->
                Schema.createMap(lend(
                        to.getValueType(),
                        from != null && from.getType() == Schema.Type.MAP ? from.getValueType() : null));
            case UNION ->
                Schema.createUnion(to.getTypes().stream()
                        .map(branch -> lend(branch, sameType(branch, from)))
                        .toList());
            default -> to;
        };
    }

    private static @Nullable Schema sameType(Schema branch, @Nullable Schema from) {
        if (from == null || from.getType() != Schema.Type.UNION) {
            return from;
        }
        return from.getTypes().stream()
                .filter(other -> other.getType() == branch.getType())
                .findFirst()
                .orElse(null);
    }

    private Schema record(Schema to, @Nullable Schema from) {
        Schema known = done.get(to.getFullName());
        if (known != null) {
            return known;
        }
        Schema lent = Schema.createRecord(to.getName(), null, to.getNamespace(), false);
        done.put(to.getFullName(), lent);
        copy(from, lent);
        List<Schema.Field> fields = new ArrayList<>();
        for (Schema.Field field : to.getFields()) {
            Schema.Field present = from == null ? null : from.getField(field.name());
            Schema.Field copy = new Schema.Field(
                    field.name(), lend(field.schema(), present == null ? null : present.schema()), null);
            copy(field, copy);
            copy(present, copy);
            fields.add(copy);
        }
        lent.setFields(fields);
        return lent;
    }

    private static void copy(@Nullable JsonProperties from, JsonProperties to) {
        if (from != null) {
            from.getObjectProps().forEach((name, value) -> {
                if (to.getObjectProp(name) == null) {
                    to.addProp(name, value);
                }
            });
        }
    }
}
