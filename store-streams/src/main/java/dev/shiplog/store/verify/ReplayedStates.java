package dev.shiplog.store.verify;

import dev.shiplog.store.Change;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.checkpoint.Boot;
import dev.shiplog.store.checkpoint.CheckpointReader;
import dev.shiplog.store.checkpoint.JournalPast;
import dev.shiplog.store.checkpoint.ReplayFollower;
import dev.shiplog.store.checkpoint.ReplayRefused;
import dev.shiplog.store.journal.JournalUnavailable;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.journal.Step;
import java.util.function.Consumer;

/// States of one journal, made by reading it.
final class ReplayedStates {
    private final JournalPast past;
    private final CheckpointReader checkpoints;

    /// @param checkpoints those of `past`
    ReplayedStates(JournalPast past, CheckpointReader checkpoints) {
        this.past = past;
        this.checkpoints = checkpoints;
    }

    /// As a follower has it that begins at the newest checkpoint not past `revision`.
    State fromNewest(long revision, long end) throws Exception {
        State begin = from(checkpoints.newest());
        while (begin.revision() > revision) {
            begin = from(checkpoints.atMost(begin.position() - 1));
        }
        return replay(begin, revision, end);
    }

    /// From the journal's first record; or, when that is no longer held, from the oldest checkpoint.
    State fromStart(long revision, long end) throws Exception {
        return replay(past.oldest(), revision, end);
    }

    /// From a state on to the journal's `end`, telling of each change on the way.
    State onwards(State begin, long end, Consumer<Change> changes) throws Exception {
        return replay(begin, Long.MAX_VALUE, end, changes);
    }

    private static State from(Boot boot) throws ReplayRefused {
        return switch (boot) {
            case Boot.From from -> from.state();
            case Boot.Refused(String reason) -> throw new ReplayRefused(reason);
        };
    }

    private State replay(State begin, long revision, long end)
            throws JournalUnavailable, RevisionGone, InterruptedException, ReplayRefused {
        return replay(begin, revision, end, _ -> {});
    }

    /// Applies records until the state has `revision` or the journal's `end`.
    private State replay(State begin, long revision, long end, Consumer<Change> changes)
            throws JournalUnavailable, RevisionGone, InterruptedException, ReplayRefused {
        State state = begin;
        try (ReplayFollower replay = past.from(begin)) {
            while (state.position() + 1 < end) {
                for (Step.Next step : replay.next()) {
                    if (step.state().position() >= end || step.state().revision() > revision) {
                        return state;
                    }
                    state = step.state();
                    step.applied().changes().forEach(changes);
                }
            }
        }
        return state;
    }
}
