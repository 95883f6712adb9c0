package dev.shiplog.store.sim;

import dev.shiplog.journal.Guard;
import dev.shiplog.journal.JournalRecord;
import dev.shiplog.journal.Transaction;
import dev.shiplog.store.Applied;
import dev.shiplog.store.Change;
import dev.shiplog.store.Outcome.Accepted;
import dev.shiplog.store.Outcome.Reason;
import dev.shiplog.store.Outcome.Rejected;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.journal.Journal;
import dev.shiplog.store.journal.Rule;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.journal.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// All of what became durable, replayed from offset 0 as it comes: every state there ever was, and every
/// change. It never crashes and forgets nothing, so everyone else is measured by it.
final class History {
    private static final int READ_MAX = 1_000;

    private final SimJournal journal;
    private final Checks checks;
    private final PlainModel model = new PlainModel();
    private final List<State> states = new ArrayList<>();
    private final List<Applied> records = new ArrayList<>();
    private final TreeMap<Long, Change> changes = new TreeMap<>();
    private final TreeMap<Long, State> byRevision = new TreeMap<>();
    private final Map<UUID, Long> acceptedAt = new HashMap<>();
    private final Set<String> acceptedSequences = new HashSet<>();
    private final Set<UUID> voided = new HashSet<>();
    private final Map<UUID, String> owed = new HashMap<>();
    private State state = State.EMPTY;

    History(SimJournal journal, Checks checks) {
        this.journal = journal;
        this.checks = checks;
        byRevision.put(0L, state);
    }

    void catchUp() {
        try {
            for (Journal.Stored stored : journal.read(state.position() + 1, READ_MAX)) {
                add(stored);
            }
        } catch (RevisionGone gone) {
            throw new AssertionError("history reads everything before it is truncated", gone);
        }
    }

    private void add(Journal.Stored stored) {
        if (!(Rule.apply(state, stored) instanceof Step.Next(State next, Applied applied))) {
            throw new AssertionError("nobody writes for a rule that this program does not know");
        }
        String expected = model.judge(stored);
        checks.that(
                expected.equals(told(applied)), "offset %d is %s, not %s", stored.offset(), told(applied), expected);
        checks.that(
                next.revision() == model.revision() && next.size() == model.size(),
                "%s after offset %d, the model has revision %d and %d entries",
                next,
                stored.offset(),
                model.revision(),
                model.size());
        checks.that(next.revision() >= state.revision(), "revision falls at offset %d", stored.offset());
        checks.that(next.timeMillis() >= state.timeMillis(), "time falls at offset %d", stored.offset());
        if (applied.outcome() instanceof Accepted) {
            accepted(applied);
        }
        owe(applied);
        state = next;
        states.add(next);
        records.add(applied);
        byRevision.put(next.revision(), next);
    }

    /// Who asked for an answer gets it for a record that was judged, the last one for its request.
    private void owe(Applied applied) {
        JournalRecord record = applied.record();
        if (record != null
                && record.body() instanceof Transaction transaction
                && transaction.origin().replyTo() != null) {
            switch (applied.outcome()) {
                case Accepted _ -> owed.put(transaction.id(), "accepted");
                case Rejected rejected -> {
                    if (rejected.reason() == Reason.CONFLICT) {
                        owed.put(transaction.id(), "rejected");
                    }
                }
            }
        }
    }

    /// The outcome of each request that somebody waits for.
    Map<UUID, String> owed() {
        return owed;
    }

    private void accepted(Applied applied) {
        JournalRecord record = applied.record();
        if (record == null) {
            checks.violated("an unreadable record is accepted");
            return;
        }
        checks.that(
                acceptedSequences.add(record.writer() + " " + record.sequence()),
                "(writer, sequence) of offset %d is accepted twice",
                applied.position());
        if (record.body() instanceof Transaction transaction) {
            checks.that(
                    acceptedAt.put(transaction.id(), applied.position()) == null,
                    "transaction at offset %d is accepted twice",
                    applied.position());
            checks.that(
                    !voided.contains(transaction.id()),
                    "transaction at offset %d was answered as void",
                    applied.position());
            for (Change change : applied.changes()) {
                changes.put(change.revision(), change);
            }
            if (SimOwner.isItsOwn(transaction)) {
                ofAnOwner(transaction);
            }
        }
    }

    /// The state before it decides: nothing is accepted under a lost tenure, and the same decision is made again.
    private void ofAnOwner(Transaction transaction) {
        Guard tenure = transaction.guards().getFirst();
        checks.that(
                state.get(tenure.key()) != null
                        && Objects.requireNonNull(state.get(tenure.key())).revision() == tenure.revision(),
                "transaction %s is accepted under a lost tenure",
                transaction.id());
        Long basis = transaction.origin().basis();
        State then = basis == null ? null : byRevision.get(basis);
        SimOwner.Decision again = then == null ? null : SimOwner.decide(then, tenure.key(), tenure.revision());
        checks.that(
                again != null
                        && again.guards().equals(SimOwner.withoutSchemas(transaction.guards()))
                        && again.mutations().equals(transaction.mutations()),
                "replay at revision %s does not give the recorded request %s",
                basis,
                transaction.id());
    }

    private static String told(Applied applied) {
        return switch (applied.outcome()) {
            case Accepted(long from, long to) ->
                applied.changes().isEmpty() ? "ACCEPTED" : "ACCEPTED " + from + ".." + to;
            case Rejected(Reason reason, var key, long revision) ->
                key == null ? reason.name() : reason.name() + " at " + revision;
        };
    }

    /// The client was told that this will never happen.
    void neverToBe(UUID transaction) {
        checks.that(!acceptedAt.containsKey(transaction), "%s was accepted, and answered as void", transaction);
        voided.add(transaction);
    }

    boolean isAt(UUID transaction, long position) {
        return acceptedAt.getOrDefault(transaction, -1L) == position;
    }

    State state() {
        return state;
    }

    State at(long position) {
        return position < 0 ? State.EMPTY : states.get(Math.toIntExact(position));
    }

    Applied record(long position) {
        return records.get(Math.toIntExact(position));
    }

    /// The state whose last revision this is, if a record ended with it.
    @Nullable
    State atRevision(long revision) {
        return byRevision.get(revision);
    }

    /// The first change after a revision.
    @Nullable
    Change changeAfter(long revision) {
        var entry = changes.higherEntry(revision);
        return entry == null ? null : entry.getValue();
    }
}
