package dev.shiplog.schemas;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.generic.IndexedRecord;

/// The fields by which a user says what should be, as dotted paths without indexes: `spec.containers[].image`.
/// Metadata and status are left out; a map or a list of plain values is one field.
public final class FieldPaths {
    private static final Set<String> NOT_ASKED = Set.of("metadata", "status");

    private final Set<String> open = new HashSet<>();

    private FieldPaths() {}

    /// Every path that a kind has.
    public static List<String> of(RecordType<?> kind) {
        List<String> paths = new ArrayList<>();
        new FieldPaths().collect(kind.node(), "", paths);
        return List.copyOf(paths);
    }

    private void collect(RecordNode node, String prefix, List<String> paths) {
        if (!open.add(node.fullName())) {
            return; // a schema that comes back to itself
        }
        for (RecordNode.Field field : node.fields()) {
            if (prefix.isEmpty() && NOT_ASKED.contains(field.name())) {
                continue;
            }
            String path = prefix + field.name();
            Node value = bare(field.node());
            boolean list = value instanceof Containers.ListOf;
            if (value instanceof Containers.ListOf many) {
                value = bare(many.item());
            }
            if (value instanceof RecordNode inner && inner.fields().length > 0) {
                collect(inner, path + (list ? "[]." : "."), paths);
            } else {
                paths.add(path);
            }
        }
        open.remove(node.fullName());
    }

    private static Node bare(Node node) {
        return node instanceof Containers.OrNull optional ? optional.some() : node;
    }

    /// The paths of [#of] that an object sets.
    public static Set<String> setIn(Typed object) {
        Set<String> paths = new TreeSet<>();
        set(object.recordType().node(), object, "", paths);
        return paths;
    }

    private static void set(RecordNode node, IndexedRecord record, String prefix, Set<String> paths) {
        for (RecordNode.Field field : node.fields()) {
            if (prefix.isEmpty() && NOT_ASKED.contains(field.name())) {
                continue;
            }
            Object value = record.get(field.position());
            if (value != null && !field.node().isZero(value)) {
                set(bare(field.node()), value, prefix + field.name(), paths);
            }
        }
    }

    private static void set(Node node, Object value, String path, Set<String> paths) {
        if (node instanceof RecordNode inner && inner.fields().length > 0) {
            set(inner, (IndexedRecord) value, path + ".", paths);
        } else if (node instanceof Containers.ListOf many && bare(many.item()) instanceof RecordNode inner) {
            for (Object item : (List<?>) value) {
                set(inner, (IndexedRecord) item, path + "[].", paths);
            }
        } else if (!(value instanceof Map<?, ?> map && map.isEmpty())) {
            paths.add(path);
        }
    }
}
