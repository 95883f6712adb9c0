package dev.shiplog.store.sim;

import dev.shiplog.journal.Guard;
import dev.shiplog.journal.JournalRecord;
import dev.shiplog.journal.Jump;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Mutation;
import dev.shiplog.journal.Open;
import dev.shiplog.journal.Operation;
import dev.shiplog.journal.Transaction;
import dev.shiplog.schemas.JournalCodec;
import dev.shiplog.store.journal.Journal;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/// The rule once more, as plainly as can be: what each record must come to, told as text. It shares no code
/// with the rule but the decoder.
final class PlainModel {
    private static final long DAY_MILLIS = 24L * 60 * 60 * 1_000;

    private final Map<Key, Long> revisions = new HashMap<>();
    private final Map<UUID, Long> sequences = new HashMap<>();
    private final Map<UUID, Long> heard = new HashMap<>();
    private long revision;
    private long time;

    String judge(Journal.Stored stored) {
        time = Math.max(time, stored.stampMillis());
        heard.values().removeIf(last -> last < time - DAY_MILLIS);
        sequences.keySet().retainAll(heard.keySet());
        if (!(JournalCodec.decode(stored.bytes()) instanceof JournalCodec.Readable readable)) {
            return "UNREADABLE";
        }
        JournalRecord record = readable.record();
        boolean opens = record.body() instanceof Open;
        if (!opens && !sequences.containsKey(record.writer())) {
            return "SESSION";
        }
        if (sequences.getOrDefault(record.writer(), Long.MIN_VALUE) >= record.sequence()) {
            return "DUPLICATE";
        }
        sequences.put(record.writer(), record.sequence());
        heard.put(record.writer(), time);
        return switch (record.body()) {
            case Transaction transaction -> judge(transaction);
            case Jump(long to) -> {
                revision = Math.max(revision, to);
                yield "ACCEPTED";
            }
            default -> "ACCEPTED";
        };
    }

    private String judge(Transaction transaction) {
        for (Guard guard : transaction.guards()) {
            long now = revisionOf(guard.key());
            boolean holds = switch (guard.condition()) {
                case PRESENT -> now > 0;
                case ABSENT -> now == 0;
                case AT -> now == guard.revision();
            };
            if (!holds) {
                return "CONFLICT at " + now;
            }
        }
        for (Mutation mutation : transaction.mutations()) {
            if (revisionOf(mutation.key()) != mutation.expect()) {
                return "CONFLICT at " + revisionOf(mutation.key());
            }
        }
        long from = revision + 1;
        for (Mutation mutation : transaction.mutations()) {
            revision++;
            if (mutation.operation() == Operation.PUT) {
                revisions.put(mutation.key(), revision);
            } else {
                revisions.remove(mutation.key());
            }
        }
        return "ACCEPTED " + from + ".." + revision;
    }

    long revisionOf(Key key) {
        return revisions.getOrDefault(key, 0L);
    }

    long revision() {
        return revision;
    }

    int size() {
        return revisions.size();
    }
}
