package dev.shiplog.store.checkpoint;

import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.journal.Journal;
import dev.shiplog.store.journal.JournalUnavailable;
import dev.shiplog.store.journal.Rule;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.journal.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Goes along a journal from a state that stands in it, record by record. It has no thread: whoever asks for the next
/// records drives it.
public final class ReplayFollower implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration SILENCE_MAX = Duration.ofSeconds(30);

    private final Journal.Reader reader;
    private State state;

    public ReplayFollower(Journal journal, State begin) {
        state = begin;
        reader = journal.reader(begin.position() + 1);
    }

    /// Applies the next records, at least one, and tells what each came to.
    ///
    /// @throws JournalUnavailable when none comes for half a minute
    /// @throws RevisionGone when the next record is no longer held
    /// @throws ReplayRefused when a record follows a rule that this program does not know
    public List<Step.Next> next() throws JournalUnavailable, RevisionGone, InterruptedException, ReplayRefused {
        long deadline = System.nanoTime() + SILENCE_MAX.toNanos();
        List<Journal.Stored> records = reader.poll(POLL);
        while (records.isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new JournalUnavailable("the journal gives nothing after position " + state.position(), null);
            }
            records = reader.poll(POLL);
        }
        List<Step.Next> steps = new ArrayList<>(records.size());
        for (Journal.Stored stored : records) {
            steps.add(step(stored));
        }
        return steps;
    }

    private Step.Next step(Journal.Stored stored) throws ReplayRefused {
        return switch (Rule.apply(state, stored)) {
            case Step.Next next -> {
                state = next.state();
                yield next;
            }
            case Step.Stop(int rule) ->
                throw new ReplayRefused("the record at %d needs rule %d, which this program does not know"
                        .formatted(stored.offset(), rule));
        };
    }

    @Override
    public void close() {
        reader.close();
    }
}
