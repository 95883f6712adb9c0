package dev.shiplog.schemas;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;

/// What is left of a schema for the registry and the fingerprint: shape, `jsonName` and `logicalType`.
/// Every field has its empty value as Avro default, so that a field may come and go.
final class StrippedSchema {
    private final Map<String, Schema> done = new HashMap<>();

    private StrippedSchema() {}

    static Schema of(Schema schema) {
        return new StrippedSchema().strip(schema);
    }

    private Schema strip(Schema schema) {
        return switch (schema.getType()) {
            case RECORD -> record(schema);
            case ARRAY -> Schema.createArray(strip(schema.getElementType()));
            case MAP -> Schema.createMap(strip(schema.getValueType()));
            case UNION ->
                Schema.createUnion(schema.getTypes().stream().map(this::strip).toList());
            case ENUM ->
                named(
                        schema,
                        Schema.createEnum(schema.getName(), null, schema.getNamespace(), schema.getEnumSymbols()));
            case FIXED ->
                named(schema, Schema.createFixed(schema.getName(), null, schema.getNamespace(), schema.getFixedSize()));
            default -> logical(schema, Schema.create(schema.getType()));
        };
    }

    private Schema record(Schema schema) {
        Schema known = done.get(schema.getFullName());
        if (known != null) {
            return known;
        }
        Schema stripped = Schema.createRecord(schema.getName(), null, schema.getNamespace(), false);
        done.put(schema.getFullName(), stripped);
        List<Schema.Field> fields = new ArrayList<>();
        for (Schema.Field field : schema.getFields()) {
            Schema type = strip(field.schema());
            Schema.Field copy = new Schema.Field(field.name(), type, null, empty(type));
            keep("jsonName", field, copy);
            fields.add(copy);
        }
        stripped.setFields(fields);
        return stripped;
    }

    private Schema named(Schema schema, Schema stripped) {
        Schema known = done.putIfAbsent(schema.getFullName(), stripped);
        return known != null ? known : logical(schema, stripped);
    }

    private static Schema logical(Schema schema, Schema stripped) {
        keep("logicalType", schema, stripped);
        return stripped;
    }

    private static void keep(String property, JsonProperties from, JsonProperties to) {
        String value = from.getProp(property);
        if (value != null) {
            to.addProp(property, value);
        }
    }

    private static Object empty(Schema schema) {
        return switch (schema.getType()) {
            case RECORD, MAP -> Map.of();
            case ARRAY -> List.of();
            case UNION -> empty(schema.getTypes().getFirst());
            case STRING, BYTES -> "";
            case FIXED -> "\u0000".repeat(schema.getFixedSize());
            case ENUM -> schema.getEnumSymbols().getFirst();
            case INT, LONG -> 0;
            case FLOAT, DOUBLE -> 0.0;
            case BOOLEAN -> false;
            case NULL -> JsonProperties.NULL_VALUE;
        };
    }
}
