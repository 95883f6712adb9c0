package dev.shiplog.journal;

import dev.shiplog.schemas.Typed;

/// What a journal record carries besides its writer and sequence.
public sealed interface Body extends Typed permits Transaction, Refused, Noop, Open, Activate, Jump, Identity {}
