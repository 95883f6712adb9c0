package dev.shiplog.store;

import dev.shiplog.journal.Key;

/// One live object as a view holds it: its Avro bytes, the schema that wrote them, and the revision of its last change.
/// The bytes are shared and must not be changed.
public record Entry(Key key, long revision, long schema, byte[] value) {}
