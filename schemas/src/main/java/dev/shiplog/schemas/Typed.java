package dev.shiplog.schemas;

import org.apache.avro.generic.IndexedRecord;

/// A record that knows its type: a generated class, or a [DynamicRecord] for a schema without one.
///
/// Values are Java's own: Instant, UUID, Integer, String, List, Map, [Bytes], `byte[]`; not what Avro's readers make.
public interface Typed extends IndexedRecord {
    RecordType<?> recordType();
}
