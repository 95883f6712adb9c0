package dev.shiplog.store.journal;

import static dev.shiplog.store.Invariant.invariant;

import dev.shiplog.journal.Activate;
import dev.shiplog.journal.Body;
import dev.shiplog.journal.Guard;
import dev.shiplog.journal.Identity;
import dev.shiplog.journal.JournalRecord;
import dev.shiplog.journal.Jump;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Mutation;
import dev.shiplog.journal.Noop;
import dev.shiplog.journal.Open;
import dev.shiplog.journal.Operation;
import dev.shiplog.journal.Refused;
import dev.shiplog.journal.Transaction;
import dev.shiplog.schemas.JournalCodec;
import dev.shiplog.store.Applied;
import dev.shiplog.store.Change;
import dev.shiplog.store.Entry;
import dev.shiplog.store.Outcome.Accepted;
import dev.shiplog.store.Outcome.Reason;
import dev.shiplog.store.Outcome.Rejected;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The state machine: a pure function of a state, a record and its stamp. Every follower applies the same one,
/// so followers at the same position have the same state.
///
/// The checks come in a fixed order (time, frame, rule, session, sequence, body) and only the last changes
/// objects. All rules that ever were stay here: old journals are judged as they were when they were written.
public final class Rule {

    /// The rule that a new journal begins with.
    public static final int OLDEST = 1;

    /// The newest rule that this program knows.
    public static final int NEWEST = JournalCodec.RULE_MAX;

    private Rule() {}

    /// Judges one record.
    public static Step apply(State before, Journal.Stored stored) {
        State state = before.at(stored.offset(), stored.stampMillis());
        Instant stamp = Instant.ofEpochMilli(stored.stampMillis());
        return switch (JournalCodec.decode(stored.bytes())) {
            case JournalCodec.UnknownRule(int rule) -> new Step.Stop(rule);
            case JournalCodec.Readable(int rule, var record)
            when rule <= state.rule() && WellFormed.holds(record) -> inSession(state, stamp, record);
            case JournalCodec.Readable _, JournalCodec.Unreadable _ -> rejected(state, stamp, null, Reason.UNREADABLE);
        };
    }

    private static Step.Next inSession(State state, Instant stamp, JournalRecord record) {
        Session session = state.sessions().get(record.writer());
        if (session == null && !(record.body() instanceof Open)) {
            return rejected(state, stamp, record, Reason.SESSION);
        }
        if (session != null && record.sequence() <= session.lastSequence()) {
            return rejected(state, stamp, record, Reason.DUPLICATE);
        }
        Session seen = record.body() instanceof Open open
                ? new Session(open.instance(), open.maxRule(), record.sequence(), state.timeMillis())
                : Objects.requireNonNull(session).seen(record.sequence(), state.timeMillis());
        return judged(state.withSession(record.writer(), seen), stamp, record);
    }

    private static Step.Next judged(State state, Instant stamp, JournalRecord record) {
        Body body = record.body();
        return switch (body) {
            case Transaction transaction -> transacted(state, stamp, record, transaction);
            case Activate(int rule) ->
                accepted(
                        rule == state.rule() + 1 && state.sessions().allKnow(rule) ? state.withRule(rule) : state,
                        stamp,
                        record);
            case Jump(long to) -> accepted(to > state.revision() ? state.withRevision(to) : state, stamp, record);
            case Identity identity -> accepted(state.withIdentity(identity), stamp, record);
            case Noop _, Refused _, Open _ -> accepted(state, stamp, record);
        };
    }

    /// All of it, or nothing but the name of the first thing in its way.
    private static Step.Next transacted(State before, Instant stamp, JournalRecord record, Transaction transaction) {
        for (Guard guard : transaction.guards()) {
            long revision = before.revisionOf(guard.key());
            if (!holds(guard, revision)) {
                return conflict(before, stamp, record, guard.key(), revision);
            }
        }
        for (Mutation mutation : transaction.mutations()) {
            long revision = before.revisionOf(mutation.key());
            if (revision != mutation.expect()) {
                return conflict(before, stamp, record, mutation.key(), revision);
            }
        }
        State state = before;
        List<Change> changes = new ArrayList<>(transaction.mutations().size());
        for (Mutation mutation : transaction.mutations()) {
            Entry was = state.get(mutation.key());
            long revision = state.revision() + 1;
            Entry now = entry(state, was, mutation, revision);
            invariant(was != null || now != null, "%s is deleted but absent", mutation.key());
            state = state.replacing(was, now, revision);
            changes.add(change(state, changes.size(), mutation, was, now, transaction));
        }
        var outcome = new Accepted(before.revision() + 1, state.revision());
        return new Step.Next(state, new Applied(state.position(), stamp, record, outcome, List.copyOf(changes)));
    }

    private static boolean holds(Guard guard, long revision) {
        return switch (guard.condition()) {
            case ABSENT -> revision == 0;
            case PRESENT -> revision != 0;
            case AT -> revision == guard.revision();
        };
    }

    private static @Nullable Entry entry(State state, @Nullable Entry was, Mutation mutation, long revision) {
        if (mutation.operation() == Operation.DELETE) {
            return null;
        }
        Key key = was != null ? was.key() : state.sharing(mutation.key());
        return new Entry(key, revision, mutation.schema(), Objects.requireNonNull(mutation.value()));
    }

    private static Change change(
            State state,
            int index,
            Mutation mutation,
            @Nullable Entry was,
            @Nullable Entry now,
            Transaction transaction) {
        return new Change(
                state.revision(),
                state.position(),
                index,
                now != null ? now.key() : mutation.key(),
                was,
                now,
                mutation.verb(),
                Objects.requireNonNullElse(mutation.subresource(), ""),
                transaction.id(),
                transaction.origin(),
                state.time());
    }

    private static Step.Next accepted(State state, Instant stamp, JournalRecord record) {
        var outcome = new Accepted(state.revision() + 1, state.revision());
        return new Step.Next(state, new Applied(state.position(), stamp, record, outcome, List.of()));
    }

    private static Step.Next conflict(State state, Instant stamp, JournalRecord record, Key key, long revision) {
        var outcome = new Rejected(Reason.CONFLICT, key, revision);
        return new Step.Next(state, new Applied(state.position(), stamp, record, outcome, List.of()));
    }

    private static Step.Next rejected(State state, Instant stamp, @Nullable JournalRecord record, Reason reason) {
        var outcome = new Rejected(reason, null, 0);
        return new Step.Next(state, new Applied(state.position(), stamp, record, outcome, List.of()));
    }
}
