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

    /// The oldest state that can be made: that before the journal's first record, or that of the oldest checkpoint that
    /// stands.
    ///
    /// @throws ReplayRefused when checkpoints and journal do not belong together
    public State oldest() throws JournalUnavailable, IOException, ReplayRefused {
        if (journal.start() == 0) {
            return State.EMPTY;
        }
        var extent = new Boot.Extent(journal.store(), journal.topicId(), journal.start(), journal.end());
        var reader = new CheckpointReader(extent, List.of(checkpoints));
        State oldest = required(reader.newest());
        while (oldest.position() >= 0 && reader.atMost(oldest.position() - 1) instanceof Boot.From before) {
            oldest = before.state();
        }
        return oldest;
    }

    private static State required(Boot boot) throws ReplayRefused {
        return switch (boot) {
            case Boot.From from -> from.state();
            case Boot.Refused(String reason) -> throw new ReplayRefused(reason);
        };
    }

    /// Reads on from such a state.
    public ReplayFollower from(State state) {
        return new ReplayFollower(journal, state);
    }
}
