package dev.shiplog.store.checkpoint;

import dev.shiplog.store.journal.Journal;
import dev.shiplog.store.journal.JournalUnavailable;
import dev.shiplog.store.journal.State;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What of a journal's past can be made again, from its checkpoints and its records.
public record JournalPast(Journal journal, CheckpointStorage checkpoints) {

    /// The nearest state at or before a position that a checkpoint, or the journal's first record, gives; null when
    /// neither reaches so far back.
    public @Nullable State before(long position) throws JournalUnavailable, IOException {
        var extent = new Boot.Extent(journal.store(), journal.topicId(), journal.start(), journal.end());
        return switch (new CheckpointReader(extent, List.of(checkpoints)).atMost(position)) {
            case Boot.From from -> from.state();
            case Boot.Refused _ -> null;
        };
    }

    /// Reads on from such a state.
    public ReplayFollower from(State state) {
        return new ReplayFollower(journal, state);
    }
}
