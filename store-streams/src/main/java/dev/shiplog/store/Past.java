package dev.shiplog.store;

import dev.shiplog.schemas.StoreName;
import java.util.List;

/// All that a store was since its journal begins, beyond what the window of a [View] holds. Read-only; safe for any
/// thread.
public interface Past {

    /// The state as of an exact revision, also one in the middle of a transaction. It is read while it is looked at: a
    /// get costs one seek, a list one for each key that ever was.
    ///
    /// @throws RevisionGone when the journal begins after it
    /// @throws PastNotReady when the past is not known up to there yet
    Snapshot at(long revision) throws RevisionGone, PastNotReady;

    /// The changes of one resource after a revision, oldest first, `count` at most.
    ///
    /// @throws RevisionGone when the journal begins after it
    /// @throws PastNotReady when nothing after it is known yet
    Page changes(String group, String resource, long after, int count) throws RevisionGone, PastNotReady;

    /// Some changes in a row.
    ///
    /// @param reached the revision up to which there are no others of that resource
    record Page(List<Change> changes, long reached) {}

    /// The pasts of both stores.
    record Pasts(Past main, Past ephemeral) {
        public Past of(StoreName store) {
            return switch (store) {
                case MAIN -> main;
                case EPHEMERAL -> ephemeral;
            };
        }
    }
}
