package dev.shiplog.schemas;

import dev.shiplog.meta.v1.ObjectMeta;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/// The metadata of an object of any kind.
public final class Metadata {
    private Metadata() {}

    /// The metadata, or null when the kind has none. A [DynamicRecord] has its own class of it, which is copied.
    public static @Nullable ObjectMeta of(IndexedRecord object) {
        Schema.@Nullable Field field = object.getSchema().getField("metadata");
        return switch (field == null ? null : object.get(field.pos())) {
            case ObjectMeta metadata -> metadata;
            case DynamicRecord dynamic
            when dynamic.getSchema().getName().equals("ObjectMeta") ->
                Binary.decode(ObjectMeta.TYPE, Binary.encode(dynamic));
            case null, default -> null;
        };
    }
}
