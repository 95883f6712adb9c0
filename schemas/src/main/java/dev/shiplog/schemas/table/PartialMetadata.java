package dev.shiplog.schemas.table;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.meta.v1.PartialObjectMetadata;
import dev.shiplog.schemas.Json;
import dev.shiplog.schemas.Metadata;
import dev.shiplog.schemas.Typed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// Objects with nothing but their metadata.
public final class PartialMetadata {
    private PartialMetadata() {}

    /// Writes one PartialObjectMetadata.
    public static void write(JsonGenerator json, Typed object, String resourceVersion) throws IOException {
        raw(json, Json.encode(new PartialObjectMetadata(metadata(object).withResourceVersion(resourceVersion))));
    }

    /// Writes the object as it is.
    static void whole(JsonGenerator json, Typed object, String resourceVersion) throws IOException {
        Schema schema = object.getSchema();
        @Nullable Object[] values = new @Nullable Object[schema.getFields().size()];
        for (Schema.Field field : schema.getFields()) {
            values[field.pos()] = field.name().equals("metadata")
                    ? metadata(object).withResourceVersion(resourceVersion)
                    : object.get(field.pos());
        }
        raw(json, Json.encode(object.recordType().make(values)));
    }

    private static ObjectMeta metadata(Typed object) {
        @Nullable ObjectMeta metadata = Metadata.of(object);
        if (metadata == null) {
            throw new IllegalArgumentException(object.getSchema().getFullName() + " has no metadata");
        }
        return metadata;
    }

    private static void raw(JsonGenerator json, byte[] encoded) throws IOException {
        json.writeRawValue(new String(encoded, StandardCharsets.UTF_8));
    }
}
