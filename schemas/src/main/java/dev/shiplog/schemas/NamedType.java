package dev.shiplog.schemas;

import org.apache.avro.Schema;

/// A named type that a record's fields may have.
public sealed interface NamedType permits RecordType, EnumType {
    Schema schema();
}
