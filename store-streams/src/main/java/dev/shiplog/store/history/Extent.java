package dev.shiplog.store.history;

import dev.shiplog.store.journal.StateHash;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What an index covers, and of which journal.
///
/// @param topicId the journal
/// @param base the oldest that can be asked for
/// @param trimmed up to which revision all is removed that nothing from `base` on needs; at most the base's
/// @param position offset of the last record with a change, or of the base when there is none
/// @param revision of the last change
/// @param hash of the objects there: an index goes on only where the view hashes to the same
record Extent(UUID topicId, Base base, long trimmed, long position, long revision, StateHash hash) {
    /// Another form of rows is another version, and an index of another version is made anew.
    private static final byte VERSION = 1;

    private static final int LENGTH = 1 + 10 * Long.BYTES;

    /// A point in the journal.
    record Base(long revision, long position, long millis) {}

    Extent reaching(long newPosition, long newRevision, StateHash newHash) {
        return new Extent(topicId, base, trimmed, newPosition, newRevision, newHash);
    }

    Extent beginning(Base newBase) {
        return new Extent(topicId, newBase, trimmed, position, revision, hash);
    }

    Extent trimmedTo(long newTrimmed) {
        return new Extent(topicId, base, newTrimmed, position, revision, hash);
    }

    byte[] toBytes() {
        return ByteBuffer.allocate(LENGTH)
                .put(VERSION)
                .putLong(topicId.getMostSignificantBits())
                .putLong(topicId.getLeastSignificantBits())
                .putLong(base.revision())
                .putLong(base.position())
                .putLong(base.millis())
                .putLong(trimmed)
                .putLong(position)
                .putLong(revision)
                .putLong(hash.high())
                .putLong(hash.low())
                .array();
    }

    /// Null when there is none, or one of another version.
    static @Nullable Extent read(byte @Nullable [] bytes) {
        if (bytes == null || bytes.length != LENGTH || bytes[0] != VERSION) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, LENGTH - 1);
        return new Extent(
                new UUID(in.getLong(), in.getLong()),
                new Base(in.getLong(), in.getLong(), in.getLong()),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                new StateHash(in.getLong(), in.getLong()));
    }
}
