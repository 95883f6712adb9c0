package dev.shiplog.store.history;

import dev.shiplog.journal.Origin;
import dev.shiplog.schemas.Binary;
import dev.shiplog.store.Change;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// What the changes of one transaction have in common.
///
/// @param last the revision of its last change
record TransactionRow(UUID id, Instant time, long last, Origin origin) {
    private static final int HEAD = 4 * Long.BYTES;

    /// Of the changes of one record.
    static TransactionRow of(List<Change> changes) {
        Change last = changes.getLast();
        return new TransactionRow(last.transaction(), last.time(), last.revision(), last.origin());
    }

    byte[] toBytes() {
        byte[] from = Binary.encode(origin);
        return ByteBuffer.allocate(HEAD + from.length)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .putLong(time.toEpochMilli())
                .putLong(last)
                .put(from)
                .array();
    }

    static TransactionRow read(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new TransactionRow(
                new UUID(in.getLong(), in.getLong()),
                Instant.ofEpochMilli(in.getLong()),
                in.getLong(),
                Binary.decode(Origin.TYPE, bytes, HEAD));
    }
}
