package dev.shiplog.store;

import dev.shiplog.journal.JournalRecord;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One journal record together with what became of it, as a follower hands it on.
///
/// @param record null when the bytes were unreadable
/// @param changes one per mutation of an accepted transaction, in order; else empty
public record Applied(
        long position, Instant stamp, @Nullable JournalRecord record, Outcome outcome, List<Change> changes) {}
