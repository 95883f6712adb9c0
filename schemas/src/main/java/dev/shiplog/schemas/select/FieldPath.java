package dev.shiplog.schemas.select;

import dev.shiplog.schemas.Typed;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/// A dotted path into records, compiled against one schema: `spec.nodeName`, `status.podIPs[].ip` (all elements),
/// `source.component|reportingComponent` (the first that is not empty).
public final class FieldPath {

    private sealed interface Step {
        record Field(int position) implements Step {}

        record Elements() implements Step {}
    }

    private final List<List<Step>> alternatives;

    private FieldPath(List<List<Step>> alternatives) {
        this.alternatives = alternatives;
    }

    /// Finds the fields of a path in a schema.
    ///
    /// @throws IllegalArgumentException when the schema has no such field
    public static FieldPath compile(Schema schema, String path) {
        var alternatives = new ArrayList<List<Step>>();
        for (String alternative : path.split("\\|", -1)) {
            alternatives.add(steps(schema, alternative));
        }
        return new FieldPath(alternatives);
    }

    private static List<Step> steps(Schema root, String path) {
        var steps = new ArrayList<Step>();
        Schema schema = root;
        for (String part : path.split("\\.", -1)) {
            boolean elements = part.endsWith("[]");
            String name = elements ? part.substring(0, part.length() - 2) : part;
            Schema.@Nullable Field field = schema.getType() == Schema.Type.RECORD ? schema.getField(name) : null;
            if (field == null) {
                throw new IllegalArgumentException("%s has no field %s".formatted(root.getFullName(), path));
            }
            steps.add(new Step.Field(field.pos()));
            schema = present(field.schema());
            if (elements) {
                steps.add(new Step.Elements());
                schema = present(schema.getElementType());
            }
        }
        return List.copyOf(steps);
    }

    private static Schema present(Schema schema) {
        return schema.getType() != Schema.Type.UNION
                ? schema
                : schema.getTypes().stream()
                        .filter(branch -> branch.getType() != Schema.Type.NULL)
                        .findFirst()
                        .orElseThrow();
    }

    /// What is at the path, in the order of the object: nothing when it is absent, several below a list.
    public List<Object> values(IndexedRecord object) {
        for (var steps : alternatives) {
            var values = new ArrayList<Object>();
            collect(object, steps, 0, values);
            values.removeIf(""::equals);
            if (!values.isEmpty()) {
                return values;
            }
        }
        return List.of();
    }

    /// The first value at the path as text; empty when it is absent.
    public String text(IndexedRecord object) {
        var values = values(object);
        return values.isEmpty() ? "" : values.getFirst().toString();
    }

    /// A copy of an object with another value at the path, which must lead through records that are there.
    public Typed with(Typed object, Object value) {
        return with(object, alternatives.getFirst(), 0, value);
    }

    private static Typed with(Typed record, List<Step> steps, int depth, Object value) {
        if (!(steps.get(depth) instanceof Step.Field(int position))) {
            throw new IllegalArgumentException("a path through a list names no single place");
        }
        @Nullable Object[] values = new Object[record.getSchema().getFields().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = record.get(i);
        }
        if (depth + 1 == steps.size()) {
            values[position] = value;
        } else if (values[position] instanceof Typed nested) {
            values[position] = with(nested, steps, depth + 1, value);
        } else {
            throw new IllegalArgumentException("the path leads through nothing");
        }
        return record.recordType().make(values);
    }

    private static void collect(@Nullable Object value, List<Step> steps, int depth, List<Object> into) {
        if (value == null) {
            return;
        }
        if (depth == steps.size()) {
            into.add(value);
            return;
        }
        switch (steps.get(depth)) {
            case Step.Field(int position)
            when value instanceof IndexedRecord nested -> collect(nested.get(position), steps, depth + 1, into);
            case Step.Elements _
            when value instanceof List<?> list -> list.forEach(element -> collect(element, steps, depth + 1, into));
            default -> {}
        }
    }
}
