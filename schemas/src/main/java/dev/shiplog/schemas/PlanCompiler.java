package dev.shiplog.schemas;

import dev.shiplog.meta.v1.ObjectMeta;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// Turns a schema into its plan. Types with a class of their own share that class's plan.
final class PlanCompiler {
    private static final List<Schema.Type> INT_OR_STRING =
            List.of(Schema.Type.NULL, Schema.Type.INT, Schema.Type.STRING);

    private final RecordType<?> root;
    private final Map<String, RecordNode> records = new HashMap<>();

    private PlanCompiler(RecordType<?> root) {
        this.root = root;
    }

    static RecordNode compile(RecordType<?> type) {
        return new PlanCompiler(type).record(type);
    }

    private RecordNode record(RecordType<?> type) {
        Schema schema = type.schema();
        RecordNode node = new RecordNode(type, Objects.requireNonNullElse(schema.getProp("apiVersion"), ""));
        records.put(schema.getFullName(), node);
        List<RecordNode.Field> fields = new ArrayList<>();
        for (Schema.Field field : schema.getFields()) {
            String name = Objects.requireNonNullElse(field.getProp("jsonName"), field.name());
            boolean present = "always".equals(field.getProp("presence"));
            Node value = present ? byValue(field) : value(field.schema(), field.getProp("format"), true);
            boolean always = present || value instanceof RecordNode;
            JsonOut written = new JsonOut();
            written.string(name).raw(":");
            fields.add(new RecordNode.Field(
                    field.pos(),
                    field.name(),
                    name,
                    Bytes.wrap(written.toByteArray()),
                    value,
                    always,
                    defaultOf(field, value)));
        }
        node.complete(fields);
        return node;
    }

    /// A field that is always written: what Go holds by value is never absent, only zero.
    private Node byValue(Schema.Field field) {
        String format = field.getProp("format");
        if (isIntOrString(field.schema())) {
            return new Scalars.IntOrText(true);
        }
        return field.schema().getType() == Schema.Type.STRING && "quantity".equals(format)
                ? new Scalars.Amount(true)
                : value(field.schema(), format, true);
    }

    private static @Nullable Object defaultOf(Schema.Field field, Node value) {
        Object fact = field.getObjectProp("defaultValue");
        return fact == null ? null : Json.value(value, fact);
    }

    private Node value(Schema schema, @Nullable String format, boolean lone) {
        return switch (schema.getType()) {
            case STRING -> text(schema, format);
            case INT -> new Scalars.Whole(false);
            case LONG ->
                "timestamp-micros".equals(schema.getProp("logicalType"))
                        ? new Scalars.Time("micro-time".equals(format))
                        : new Scalars.Whole(true);
            case BOOLEAN -> new Scalars.Truth();
            case DOUBLE -> new Scalars.Real();
            case BYTES -> new Scalars.Octets(lone);
            case FIXED -> fixed(schema);
            case ENUM -> choice(schema);
            case ARRAY -> new Containers.ListOf(value(schema.getElementType(), format, false));
            case MAP -> new Containers.MapOf(value(schema.getValueType(), format, false));
            case RECORD -> nested(schema);
            case UNION -> union(schema, format, lone);
            case FLOAT, NULL -> throw unsupported(schema);
        };
    }

    private static Node text(Schema schema, @Nullable String format) {
        if ("json".equals(schema.getProp("logicalType"))) {
            return new Scalars.Free();
        }
        return "quantity".equals(format) ? new Scalars.Amount(false) : new Scalars.Text();
    }

    private static Node fixed(Schema schema) {
        return switch (schema.getFixedSize()) {
            case 16 -> new Scalars.Id();
            case 8 -> new Scalars.Eight();
            default -> throw unsupported(schema);
        };
    }

    private Node choice(Schema schema) {
        List<String> names = schema.getEnumSymbols();
        return new Scalars.Choice(
                names, root.named(schema.getFullName()) instanceof EnumType type ? type.symbols() : names);
    }

    private RecordNode nested(Schema schema) {
        RecordNode known = records.get(schema.getFullName());
        if (known != null) {
            return known;
        }
        if (root.named(schema.getFullName()) instanceof RecordType<?> type) {
            return type.node();
        }
        return isObjectMeta(schema) ? ObjectMeta.TYPE.node() : record(RecordType.dynamic(schema));
    }

    /// The metadata of a kind without a class has its class all the same, unless an older writer saw it differently.
    private static boolean isObjectMeta(Schema schema) {
        return schema.getFullName().equals(ObjectMeta.SCHEMA.getFullName())
                && StrippedSchema.of(schema).toString().equals(ObjectMeta.TYPE.strippedText());
    }

    private Node union(Schema schema, @Nullable String format, boolean lone) {
        List<Schema> branches = schema.getTypes();
        if (branches.getFirst().getType() == Schema.Type.NULL) {
            if (branches.size() == 2) {
                return new Containers.OrNull(value(branches.get(1), format, lone));
            }
            if (isIntOrString(schema)) {
                return new Scalars.IntOrText(false);
            }
        } else if (branches.stream().allMatch(branch -> branch.getType() == Schema.Type.RECORD)) {
            return new Containers.OneOf(branches.stream().map(this::nested).toList());
        }
        throw unsupported(schema);
    }

    private static boolean isIntOrString(Schema schema) {
        return schema.getType() == Schema.Type.UNION
                && schema.getTypes().stream().map(Schema::getType).toList().equals(INT_OR_STRING);
    }

    private static IllegalArgumentException unsupported(Schema schema) {
        return new IllegalArgumentException("kinds do not use the Avro type " + schema);
    }
}
