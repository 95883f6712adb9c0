package dev.shiplog.store;

import dev.shiplog.journal.Key;
import org.jspecify.annotations.Nullable;

/// What the state machine made of one journal record.
public sealed interface Outcome {

    /// The record took effect. For a transaction, its mutations have the revisions `from` to `to`;
    /// for any other record `from` is `to` + 1.
    record Accepted(long from, long to) implements Outcome {}

    /// The record changed no object. `key` and `revision` (0 = absent) are those of the first guard or
    /// expectation that failed, for a conflict.
    record Rejected(Reason reason, @Nullable Key key, long revision) implements Outcome {}

    /// Why a record was rejected, in the order of the checks.
    enum Reason {
        UNREADABLE,
        SESSION,
        DUPLICATE,
        CONFLICT
    }
}
