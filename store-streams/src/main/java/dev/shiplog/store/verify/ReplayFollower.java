package dev.shiplog.store.verify;

import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.checkpoint.Boot;
import dev.shiplog.store.checkpoint.CheckpointReader;
import dev.shiplog.store.journal.Journal;
import dev.shiplog.store.journal.JournalUnavailable;
import dev.shiplog.store.journal.Rule;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.journal.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// Makes states by reading a journal, without a thread.
final class ReplayFollower {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration SILENCE_MAX = Duration.ofSeconds(30);

    private final Journal journal;
    private final CheckpointReader checkpoints;

    ReplayFollower(Journal journal, CheckpointReader checkpoints) {
        this.journal = journal;
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
        return replay(journal.start() == 0 ? State.EMPTY : oldest(), revision, end);
    }

    private State oldest() throws IOException, VerifyRefused {
        State oldest = from(checkpoints.newest());
        while (oldest.position() >= 0) {
            if (!(checkpoints.atMost(oldest.position() - 1) instanceof Boot.From before)) {
                break;
            }
            oldest = before.state();
        }
        return oldest;
    }

    private static State from(Boot boot) throws VerifyRefused {
        return switch (boot) {
            case Boot.From from -> from.state();
            case Boot.Refused(String reason) -> throw new VerifyRefused(reason);
        };
    }

    /// Applies records until the state has `revision` or the journal's `end`.
    private State replay(State begin, long revision, long end)
            throws JournalUnavailable, RevisionGone, InterruptedException, VerifyRefused {
        State state = begin;
        long deadline = System.nanoTime() + SILENCE_MAX.toNanos();
        try (Journal.Reader reader = journal.reader(begin.position() + 1)) {
            while (state.position() + 1 < end) {
                List<Journal.Stored> records = reader.poll(POLL);
                if (!records.isEmpty()) {
                    deadline = System.nanoTime() + SILENCE_MAX.toNanos();
                } else if (System.nanoTime() > deadline) {
                    throw new VerifyRefused("the journal gives nothing after position " + state.position());
                }
                for (Journal.Stored stored : records) {
                    if (stored.offset() >= end) {
                        return state;
                    }
                    State next = step(state, stored);
                    if (next.revision() > revision) {
                        return state;
                    }
                    state = next;
                }
            }
        }
        return state;
    }

    private static State step(State state, Journal.Stored stored) throws VerifyRefused {
        return switch (Rule.apply(state, stored)) {
            case Step.Next next -> next.state();
            case Step.Stop(int rule) ->
                throw new VerifyRefused("the record at %d needs rule %d, which this program does not know"
                        .formatted(stored.offset(), rule));
        };
    }
}
