package dev.shiplog.api.fields;

import dev.shiplog.api.fields.Honours.Tree;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/// Walks schemas and objects beside what is honoured of them. The schema drives it: no kind is known by name, but for
/// the pod template, whose fields are a pod's.
final class FieldWalk {
    private static final Set<String> NOT_LOOKED_AT = Set.of("metadata", "status");
    private static final String TEMPLATE = "dev.shiplog.core.v1.PodTemplateSpec";
    private static final String POD = "core/v1/Pod";

    private final Honours honours;

    FieldWalk(Honours honours) {
        this.honours = honours;
    }

    /// The fields of a kind that nothing honours, each at its highest place.
    List<String> ofSchema(Schema schema, @Nullable Tree tree) {
        var paths = new ArrayList<String>();
        if (tree != null && tree.whole()) {
            return paths;
        }
        schema(schema, tree, "", paths, new HashSet<>());
        return paths;
    }

    private void schema(Schema record, @Nullable Tree tree, String prefix, List<String> paths, Set<String> above) {
        if (!above.add(record.getFullName())) {
            return;
        }
        for (Schema.Field field : record.getFields()) {
            String name = name(field);
            if (prefix.isEmpty() && NOT_LOOKED_AT.contains(name)) {
                continue;
            }
            Tree child = tree == null ? null : tree.child(name);
            Schema nested = record(field.schema());
            String path = prefix + name + suffix(field.schema());
            if (nested != null && nested.getFullName().equals(TEMPLATE)) {
                continue;
            }
            if (child == null) {
                paths.add(path);
            } else if (!child.whole() && nested != null) {
                schema(nested, child, path + ".", paths, above);
            }
        }
        above.remove(record.getFullName());
    }

    /// The declared paths that name no field of a schema.
    List<String> unknown(Schema schema, Tree tree) {
        var paths = new ArrayList<String>();
        unknown(schema, tree, "", paths);
        return paths;
    }

    private static void unknown(@Nullable Schema record, Tree tree, String prefix, List<String> paths) {
        tree.children().forEach((name, child) -> {
            Schema.Field field = record == null
                    ? null
                    : record.getFields().stream()
                            .filter(each -> name(each).equals(name))
                            .findFirst()
                            .orElse(null);
            if (field == null) {
                paths.add(prefix + name);
            } else {
                unknown(record(field.schema()), child, prefix + name + ".", paths);
            }
        });
    }

    /// The fields that an object sets to something else than their defaults and that nothing honours.
    List<String> ofObject(IndexedRecord object, @Nullable Tree tree) {
        if (tree != null && tree.whole()) {
            return List.of();
        }
        var paths = new LinkedHashSet<String>();
        object(object, tree, "", paths, true);
        return List.copyOf(paths);
    }

    private void object(IndexedRecord record, @Nullable Tree tree, String prefix, Set<String> paths, boolean top) {
        for (Schema.Field field : record.getSchema().getFields()) {
            String name = name(field);
            Object value = record.get(field.pos());
            if ((top && NOT_LOOKED_AT.contains(name))
                    || value == null
                    || unset(field, value)
                    || isDefault(field, value)) {
                continue;
            }
            Tree child = tree == null ? null : tree.child(name);
            if (value instanceof IndexedRecord nested
                    && nested.getSchema().getFullName().equals(TEMPLATE)) {
                object(nested, honours.of(POD), prefix + name + ".", paths, true);
            } else if (child == null) {
                paths.add(prefix + name);
            } else if (!child.whole()) {
                below(value, child, prefix + name, paths);
            }
        }
    }

    private void below(Object value, Tree tree, String path, Set<String> paths) {
        switch (value) {
            case IndexedRecord nested -> object(nested, tree, path + ".", paths, false);
            case Collection<?> list -> {
                for (Object each : list) {
                    if (each instanceof IndexedRecord nested) {
                        object(nested, tree, path + "[].", paths, false);
                    }
                }
            }
            default -> {}
        }
    }

    /// Whether a value is that of a field that was left out. A scalar that can be absent is set even to zero.
    private static boolean unset(Schema.Field field, Object value) {
        boolean scalar = value instanceof Boolean || value instanceof Number;
        boolean canBeAbsent = field.schema().getType() == Schema.Type.UNION;
        return !(scalar && canBeAbsent) && empty(value);
    }

    private static boolean empty(Object value) {
        return switch (value) {
            case String text -> text.isEmpty();
            case Boolean flag -> !flag;
            case Number number -> number.doubleValue() == 0;
            case Collection<?> list -> list.isEmpty();
            case Map<?, ?> map -> map.isEmpty();
            case IndexedRecord record -> {
                boolean all = true;
                for (Schema.Field field : record.getSchema().getFields()) {
                    Object each = record.get(field.pos());
                    all &= each == null || empty(each);
                }
                yield all;
            }
            default -> false;
        };
    }

    private static boolean isDefault(Schema.Field field, Object value) {
        Object byDefault = field.getObjectProp("defaultValue");
        return byDefault != null && byDefault.toString().equals(value.toString());
    }

    private static String name(Schema.Field field) {
        String json = field.getProp("jsonName");
        return json == null ? field.name() : json;
    }

    private static String suffix(Schema schema) {
        return plain(schema).getType() == Schema.Type.ARRAY ? "[]" : "";
    }

    private static Schema plain(Schema schema) {
        if (schema.getType() != Schema.Type.UNION) {
            return schema;
        }
        return schema.getTypes().stream()
                .filter(each -> each.getType() != Schema.Type.NULL)
                .findFirst()
                .orElse(schema);
    }

    private static @Nullable Schema record(Schema schema) {
        Schema plain = plain(schema);
        return switch (plain.getType()) {
            case RECORD -> plain;
            case ARRAY -> record(plain.getElementType());
            case MAP -> record(plain.getValueType());
            default -> null;
        };
    }
}
