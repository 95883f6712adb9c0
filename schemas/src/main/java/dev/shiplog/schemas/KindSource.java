package dev.shiplog.schemas;

import java.util.function.Supplier;

/// A kind before its schema is needed: `facts` is the schema text of its record without fields.
public record KindSource(String facts, Supplier<RecordType<?>> type) {}
