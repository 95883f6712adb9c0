package dev.shiplog.api.resource;

import dev.shiplog.journal.Key;
import java.util.List;

/// What became of the intents of one write, in their order.
///
/// @param committed whether a transaction was appended; false for a dry run and when nothing changed
record Written(List<One> each, boolean committed) {

    /// @param revision of the object after the write: the mutation's, or for an object that was not written its own;
    ///     0 for one that a dry run would have created
    record One(Key key, Planned planned, long revision) {}

    One only() {
        return each.getFirst();
    }
}
