package dev.shiplog.store;

import dev.shiplog.journal.Key;
import dev.shiplog.journal.Origin;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One accepted mutation: what a watch delivers. Exactly one of `before` and `now` may be null
/// (a create has no before, a delete no now).
///
/// @param revision the revision that this mutation took; a delete takes one too
/// @param position offset of its journal record
/// @param index its place in the transaction, from 0
public record Change(
        long revision,
        long position,
        int index,
        Key key,
        @Nullable Entry before,
        @Nullable Entry now,
        String verb,
        String subresource,
        UUID transaction,
        Origin origin,
        Instant time) {}
