package dev.shiplog.store;

import dev.shiplog.journal.Key;
import java.time.Instant;

/// What became of one append.
public sealed interface Result {

    /// The mutations have the revisions `from` to `to`, in order. They are in the view.
    record Committed(long from, long to, long position, Instant time) implements Result {}

    /// Nothing changed: a guard or expectation on `key` failed, which was at `revision` (0 = absent).
    record Conflict(Key key, long revision, long position) implements Result {}

    /// Nothing was sent: too many appends wait already.
    record Overloaded(String limit) implements Result {}

    /// Nothing was sent: the transaction exceeds a named limit.
    record TooLarge(String limit) implements Result {}

    /// Nothing was sent: the disk of the journal has no room.
    record NoSpace(String disk) implements Result {}

    /// Nothing was sent, or what was sent is void for ever.
    record Unavailable(String reason) implements Result {}

    /// The record was sent, and the caller gave up before its outcome could be learned.
    record Unknown(String reason) implements Result {}
}
