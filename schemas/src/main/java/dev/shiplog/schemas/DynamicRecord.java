package dev.shiplog.schemas;

import java.util.Arrays;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// A record of a schema that has no class: a custom kind, or what an older writer wrote. It does not change.
public final class DynamicRecord implements Typed {
    private final RecordType<DynamicRecord> type;
    private final @Nullable Object[] values;

    DynamicRecord(RecordType<DynamicRecord> type, @Nullable Object[] values) {
        this.type = type;
        this.values = values;
    }

    @Override
    public RecordType<DynamicRecord> recordType() {
        return type;
    }

    @Override
    public Schema getSchema() {
        return type.schema();
    }

    @Override
    public @Nullable Object get(int i) {
        return values[i];
    }

    /// Records do not change: see [#with].
    @Override
    public void put(int i, @Nullable Object value) {
        throw new UnsupportedOperationException();
    }

    /// The same record with another value at one position.
    public DynamicRecord with(int i, @Nullable Object value) {
        @Nullable Object[] changed = values.clone();
        changed[i] = value;
        return new DynamicRecord(type, changed);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DynamicRecord that
                && type.schema().equals(that.type.schema())
                && Arrays.deepEquals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(values);
    }

    @Override
    public String toString() {
        return type + Arrays.deepToString(values);
    }
}
