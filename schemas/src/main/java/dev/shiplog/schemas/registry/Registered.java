package dev.shiplog.schemas.registry;

import org.apache.avro.Schema;

/// One version of a subject.
public record Registered(String subject, int id, int version, Schema schema) {}
