package dev.shiplog.schemas.table;

import dev.shiplog.schemas.select.FieldPath;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/// The table of a kind whose schema names its columns (property `columns`), or of one that names none: name and age.
final class SchemaShape implements Shape {
    private static final List<Map<String, Object>> PLAIN = List.of(
            Map.of("name", "Name", "type", "string", "format", "name", "path", "metadata.name"),
            Map.of("name", "Age", "type", "date", "path", "metadata.creationTimestamp"));

    private final List<Column> columns = new ArrayList<>();
    private final List<FieldPath> paths = new ArrayList<>();

    SchemaShape(Schema schema) {
        List<?> declared = schema.getObjectProp("columns") instanceof List<?> list ? list : PLAIN;
        for (Object each : declared) {
            if (each instanceof Map<?, ?> column) {
                columns.add(new Column(
                        text(column, "name"),
                        text(column, "type"),
                        text(column, "format"),
                        text(column, "description"),
                        column.get("priority") instanceof Number priority ? priority.intValue() : 0));
                paths.add(FieldPath.compile(schema, text(column, "path")));
            }
        }
    }

    private static String text(Map<?, ?> column, String property) {
        return column.get(property) instanceof String text ? text : "";
    }

    @Override
    public List<Column> columns() {
        return List.copyOf(columns);
    }

    @Override
    public List<@Nullable Object> cells(IndexedRecord object, Instant now) {
        var cells = new ArrayList<@Nullable Object>(paths.size());
        for (int i = 0; i < paths.size(); i++) {
            var values = paths.get(i).values(object);
            boolean text = columns.get(i).type().equals("string");
            cells.add(
                    values.isEmpty()
                            ? columns.get(i).type().equals("date") ? "<unknown>" : text ? "" : null
                            : cell(values.getFirst(), text, now));
        }
        return cells;
    }

    private static Object cell(Object value, boolean text, Instant now) {
        return switch (value) {
            case Instant then -> Ages.since(then, now);
            case Integer _, Long _, Boolean _ when !text -> value;
            default -> value.toString();
        };
    }
}
