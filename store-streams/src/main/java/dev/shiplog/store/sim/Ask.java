package dev.shiplog.store.sim;

import dev.shiplog.store.journal.Pending;
import java.util.UUID;

/// A transaction that was handed to an appender, and what it will answer.
record Ask(UUID id, Pending pending) {}
