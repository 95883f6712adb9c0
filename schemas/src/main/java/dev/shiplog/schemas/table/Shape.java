package dev.shiplog.schemas.table;

import java.time.Instant;
import java.util.List;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/// How one kind looks as a table.
interface Shape {
    List<Column> columns();

    /// One cell per column: String, Integer, Long, Boolean or null.
    List<@Nullable Object> cells(IndexedRecord object, Instant now);

    /// What a row is marked with, beside its cells.
    record Mark(String type, String reason, String message) {}

    default @Nullable Mark mark(IndexedRecord object) {
        return null;
    }

    /// Makes the cells of one class of records.
    interface Cells<T> {
        List<@Nullable Object> of(T object, Instant now);
    }

    /// A shape whose cells are computed.
    static <T extends IndexedRecord> Shape computed(Class<T> type, List<Column> columns, Cells<T> cells) {
        return new Shape() {
            @Override
            public List<Column> columns() {
                return columns;
            }

            @Override
            public List<@Nullable Object> cells(IndexedRecord object, Instant now) {
                return cells.of(type.cast(object), now);
            }
        };
    }
}
