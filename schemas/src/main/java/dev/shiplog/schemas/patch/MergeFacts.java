package dev.shiplog.schemas.patch;

import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// What a schema says about merging the values of one JSON field.
///
/// @param schema of the value without its null branch, or null when nothing is known about it
/// @param merge whether lists merge by element; maps always do unless `replace`
/// @param replace whether the value is replaced whole
/// @param mergeKey the field by which elements of a list of objects correspond; empty for a list of plain values
record MergeFacts(@Nullable Schema schema, boolean merge, boolean replace, String mergeKey) {
    static final MergeFacts UNKNOWN = new MergeFacts(null, false, false, "");

    static MergeFacts of(Schema schema) {
        return new MergeFacts(present(schema), false, false, "");
    }

    /// The facts of a field of this value, which has to be an object.
    MergeFacts field(String jsonName) {
        if (schema == null) {
            return UNKNOWN;
        }
        if (schema.getType() == Schema.Type.MAP) {
            return of(schema.getValueType());
        }
        if (schema.getType() != Schema.Type.RECORD) {
            return UNKNOWN;
        }
        Schema.@Nullable Field field = find(schema, jsonName);
        if (field == null) {
            return UNKNOWN;
        }
        String strategy = text(field, "patchStrategy");
        return new MergeFacts(
                present(field.schema()),
                contains(strategy, "merge"),
                contains(strategy, "replace"),
                text(field, "mergeKey"));
    }

    /// The facts of the elements of this value, which has to be a list.
    MergeFacts element() {
        return schema != null && schema.getType() == Schema.Type.ARRAY ? of(schema.getElementType()) : UNKNOWN;
    }

    private static boolean contains(String strategies, String strategy) {
        return ("," + strategies + ",").contains("," + strategy + ",");
    }

    private static String text(Schema.Field field, String property) {
        String value = field.getProp(property);
        return value == null ? "" : value;
    }

    private static Schema.@Nullable Field find(Schema schema, String jsonName) {
        Schema.@Nullable Field named = schema.getField(jsonName);
        if (named != null && jsonName(named).equals(jsonName)) {
            return named;
        }
        return schema.getFields().stream()
                .filter(field -> jsonName(field).equals(jsonName))
                .findFirst()
                .orElse(null);
    }

    private static String jsonName(Schema.Field field) {
        String name = field.getProp("jsonName");
        return name == null ? field.name() : name;
    }

    private static @Nullable Schema present(Schema schema) {
        if (schema.getType() != Schema.Type.UNION) {
            return schema;
        }
        var branches = schema.getTypes().stream()
                .filter(branch -> branch.getType() != Schema.Type.NULL)
                .toList();
        return branches.size() == 1 ? branches.getFirst() : null;
    }
}
