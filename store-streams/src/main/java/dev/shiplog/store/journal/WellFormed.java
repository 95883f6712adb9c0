package dev.shiplog.store.journal;

import dev.shiplog.journal.Guard;
import dev.shiplog.journal.JournalRecord;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Mutation;
import dev.shiplog.journal.Transaction;
import dev.shiplog.store.TransactionDraft;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What makes a decoded body a legal one under rule 1. A writer checks it before it sends, the rule when it
/// reads: a body that is not well formed is as unreadable as one that does not decode.
final class WellFormed {

    private WellFormed() {}

    static boolean holds(JournalRecord record) {
        return !(record.body() instanceof Transaction transaction)
                || holds(transaction.guards(), transaction.mutations());
    }

    static boolean holds(List<Guard> guards, List<Mutation> mutations) {
        if (mutations.isEmpty() || mutations.size() > TransactionDraft.MUTATIONS_MAX) {
            return false;
        }
        for (Mutation mutation : mutations) {
            if (!holds(mutation)) {
                return false;
            }
        }
        return eachKeyOnce(guards, mutations);
    }

    private static boolean holds(Mutation mutation) {
        byte[] value = mutation.value();
        return switch (mutation.operation()) {
            case PUT -> value != null && value.length <= TransactionDraft.VALUE_BYTES_MAX && mutation.expect() >= 0;
            case DELETE -> value == null && mutation.expect() > 0;
        };
    }

    private static boolean eachKeyOnce(List<Guard> guards, List<Mutation> mutations) {
        if (mutations.size() == 1) {
            Key only = mutations.getFirst().key();
            return guards.stream().noneMatch(guard -> guard.key().equals(only));
        }
        Set<Key> mutated = HashSet.newHashSet(mutations.size());
        return mutations.stream().allMatch(mutation -> mutated.add(mutation.key()))
                && guards.stream().noneMatch(guard -> mutated.contains(guard.key()));
    }
}
