package dev.shiplog.store.materialise;

import dev.shiplog.journal.JournalRecord;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Origin;
import dev.shiplog.journal.Refused;
import dev.shiplog.journal.Transaction;
import dev.shiplog.schemas.Keys;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Applied;
import dev.shiplog.store.Outcome;
import dev.shiplog.store.Outcome.Reason;
import dev.shiplog.store.kafka.Topics;
import dev.shiplog.store.materialise.Output.Target;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Tells a requester what became of its request: a tombstone in its partition of `objects`, under a key of its own.
final class Outcomes {
    private final StoreName store;
    private final int partitions;

    Outcomes(StoreName store, int partitions) {
        this.store = store;
        this.partitions = partitions;
    }

    /// The answer to a record, or null when nobody waits for one. A record that came twice, or outside its writer's
    /// session, was not judged: its writer appends it again or gives up, and the answer is that of what it appends.
    @Nullable
    Output of(Applied applied) {
        JournalRecord record = applied.record();
        if (record == null) {
            return null;
        }
        return switch (record.body()) {
            case Transaction transaction -> transaction(transaction, applied);
            case Refused refused -> refused(refused, applied);
            default -> null;
        };
    }

    private @Nullable Output transaction(Transaction transaction, Applied applied) {
        return switch (applied.outcome()) {
            case Outcome.Accepted(long from, long to) ->
                output(
                        transaction.id(),
                        transaction.origin(),
                        headers(applied, transaction.id(), transaction.origin(), "accepted")
                                .put(Headers.FROM_REVISION, from)
                                .put(Headers.REVISION, to));
            case Outcome.Rejected(Reason reason, Key key, long revision) ->
                reason == Reason.CONFLICT ? conflict(transaction, applied, key, revision) : null;
        };
    }

    private @Nullable Output conflict(Transaction transaction, Applied applied, @Nullable Key key, long revision) {
        Headers headers = headers(applied, transaction.id(), transaction.origin(), "rejected");
        if (key != null) {
            headers.put(Headers.CONFLICT_KEY, Keys.text(key)).put(Headers.CONFLICT_REVISION, revision);
        }
        return output(transaction.id(), transaction.origin(), headers);
    }

    private @Nullable Output refused(Refused refused, Applied applied) {
        if (!(applied.outcome() instanceof Outcome.Accepted)) {
            return null;
        }
        return output(
                refused.id(),
                refused.origin(),
                headers(applied, refused.id(), refused.origin(), "refused")
                        .put(Headers.CODE, refused.code())
                        .put(Headers.REASON, refused.reason())
                        .put(Headers.MESSAGE, refused.message()));
    }

    private Headers headers(Applied applied, UUID id, Origin origin, String outcome) {
        return new Headers(store)
                .put(Headers.REQUEST, id.toString())
                .put(Headers.OUTCOME, outcome)
                .put(Headers.COMPONENT, origin.component())
                .time(applied.stamp());
    }

    private @Nullable Output output(UUID id, Origin origin, Headers headers) {
        Integer replyTo = origin.replyTo();
        if (replyTo == null) {
            return null;
        }
        int partition = Math.floorMod(replyTo, partitions);
        return new Output(new Target.Fixed(Topics.OBJECTS), partition, "~/outcome/-/" + id, null, headers.build());
    }
}
