package dev.shiplog.schemas;

import java.util.List;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/// A generated record class as the codecs see it: its schema, and a way to make one from values in schema order.
public final class RecordType<T extends IndexedRecord> {
    private final Schema schema;
    private final Function<@Nullable Object[], T> maker;

    private RecordType(Schema schema, Function<@Nullable Object[], T> maker) {
        this.schema = schema;
        this.maker = maker;
    }

    /// The type whose schema is `text`, in which `types` are named but not defined.
    public static <T extends IndexedRecord> RecordType<T> of(
            String text, Function<@Nullable Object[], T> maker, Schema... types) {
        return new RecordType<>(parse(text, types), maker);
    }

    /// Reads a schema that names `types` without defining them.
    public static Schema parse(String text, Schema... types) {
        return new Schema.Parser().addTypes(List.of(types)).parse(text);
    }

    public Schema schema() {
        return schema;
    }

    /// One record; `values` are in schema order and not kept.
    public T make(@Nullable Object[] values) {
        return maker.apply(values);
    }
}
