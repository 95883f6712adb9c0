package dev.shiplog.schemas.table;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.shiplog.schemas.Kind;
import dev.shiplog.schemas.Typed;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Writes objects of one kind as a Table, row by row as they come.
public final class TableJson {
    private final Shape shape;
    private final IncludeObject include;

    public TableJson(Kind kind, IncludeObject include) {
        this.shape = Tables.shape(kind);
        this.include = include;
    }

    /// Writes what comes before the rows.
    ///
    /// @param withColumns whether the columns are named; in a watch only the first event names them
    public void begin(JsonGenerator json, ListInfo list, boolean withColumns) throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", "Table");
        json.writeStringField("apiVersion", "meta.k8s.io/v1");
        json.writeObjectFieldStart("metadata");
        if (!list.resourceVersion().isEmpty()) {
            json.writeStringField("resourceVersion", list.resourceVersion());
        }
        if (!list.continue_().isEmpty()) {
            json.writeStringField("continue", list.continue_());
        }
        @Nullable Long remaining = list.remaining();
        if (remaining != null) {
            json.writeNumberField("remainingItemCount", remaining);
        }
        json.writeEndObject();
        json.writeFieldName("columnDefinitions");
        if (withColumns) {
            columns(json);
        } else {
            json.writeNull();
        }
        json.writeArrayFieldStart("rows");
    }

    private void columns(JsonGenerator json) throws IOException {
        json.writeStartArray();
        for (Column column : shape.columns()) {
            json.writeStartObject();
            json.writeStringField("name", column.name());
            json.writeStringField("type", column.type());
            json.writeStringField("format", column.format());
            json.writeStringField("description", column.description());
            json.writeNumberField("priority", column.priority());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    public void row(JsonGenerator json, Typed object, String resourceVersion, Instant now) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("cells");
        for (@Nullable Object cell : shape.cells(object, now)) {
            switch (cell) {
                case null -> json.writeNull();
                case Integer number -> json.writeNumber(number);
                case Long number -> json.writeNumber(number);
                case Boolean flag -> json.writeBoolean(flag);
                default -> json.writeString(cell.toString());
            }
        }
        json.writeEndArray();
        Shape.@Nullable Mark mark = shape.mark(object);
        if (mark != null) {
            json.writeArrayFieldStart("conditions");
            json.writeStartObject();
            json.writeStringField("type", mark.type());
            json.writeStringField("status", "True");
            json.writeStringField("reason", mark.reason());
            json.writeStringField("message", mark.message());
            json.writeEndObject();
            json.writeEndArray();
        }
        json.writeFieldName("object");
        switch (include) {
            case NONE -> json.writeNull();
            case METADATA -> PartialMetadata.write(json, object, resourceVersion);
            case OBJECT -> PartialMetadata.whole(json, object, resourceVersion);
        }
        json.writeEndObject();
    }

    public void end(JsonGenerator json) throws IOException {
        json.writeEndArray();
        json.writeEndObject();
    }
}
