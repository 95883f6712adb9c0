package dev.shiplog.store;

import dev.shiplog.journal.Key;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One live object as a view holds it: its Avro bytes, the schema that wrote them, and the revision of its last
/// change. The bytes are shared and must not be changed.
@SuppressWarnings("ArrayRecordComponent") // a view holds millions: no wrapper around each
public record Entry(Key key, long revision, long schema, byte[] value) {

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Entry that
                && revision == that.revision
                && schema == that.schema
                && key.equals(that.key)
                && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(revision);
    }

    @Override
    public String toString() {
        return "Entry[%s at %d, %d bytes]".formatted(key, revision, value.length);
    }
}
