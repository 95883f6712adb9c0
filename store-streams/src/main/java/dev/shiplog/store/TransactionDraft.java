package dev.shiplog.store;

import dev.shiplog.journal.Guard;
import dev.shiplog.journal.Mutation;
import dev.shiplog.journal.Origin;
import java.util.List;
import java.util.UUID;

/// A transaction as a caller wants it: all of it or nothing. The appender adds the guards on schemas.
///
/// @param guards name only keys that no mutation changes
/// @param mutations 1 to [#MUTATIONS_MAX], each of another key
public record TransactionDraft(UUID id, Origin origin, List<Guard> guards, List<Mutation> mutations) {

    public static final int MUTATIONS_MAX = 1_000;
    public static final int BYTES_MAX = 8 << 20;
    public static final int VALUE_BYTES_MAX = 3_670_016;

    public TransactionDraft {
        guards = List.copyOf(guards);
        mutations = List.copyOf(mutations);
    }
}
