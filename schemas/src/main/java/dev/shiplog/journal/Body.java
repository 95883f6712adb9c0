package dev.shiplog.journal;

import org.apache.avro.generic.IndexedRecord;

/// What a journal record carries besides its writer and sequence.
public sealed interface Body extends IndexedRecord
        permits Transaction, Refused, Noop, Open, Activate, Jump, Identity {}
