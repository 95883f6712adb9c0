package dev.shiplog.store.checkpoint;

import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.journal.RevisionSample;
import dev.shiplog.store.journal.State;
import java.util.List;
import java.util.UUID;

/// Where a follower begins: at the newest checkpoint that is whole and hashes right, else the one before, else
/// at the journal's first record.
public sealed interface Boot {

    /// A beginning.
    ///
    /// @param state where to go on from; position -1 without a checkpoint
    /// @param bytes the length of the checkpoint, 0 without one
    record From(State state, long bytes, List<RevisionSample> samples) implements Boot {}

    /// The checkpoints and the journal do not belong together. Serving from either would take back what was
    /// acknowledged.
    record Refused(String reason) implements Boot {}

    /// The journal to boot for, as it is now.
    ///
    /// @param start its first offset
    /// @param end the offset after its last
    record Extent(StoreName store, UUID topicId, long start, long end) {}
}
