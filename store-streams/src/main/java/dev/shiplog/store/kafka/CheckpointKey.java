package dev.shiplog.store.kafka;

import java.nio.ByteBuffer;
import java.util.UUID;

/// The key of one record of a checkpoint topic.
///
/// @param upload which checkpoint it belongs to
/// @param index how many chunks of the same checkpoint stand before it
record CheckpointKey(boolean manifest, UUID upload, int index) {
    private static final byte VERSION = 1;
    private static final int BYTES = 2 + 16 + 4;

    byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .put(VERSION)
                .put((byte) (manifest ? 1 : 0))
                .putLong(upload.getMostSignificantBits())
                .putLong(upload.getLeastSignificantBits())
                .putInt(index)
                .array();
    }

    /// A key that cannot be read belongs to no checkpoint.
    static CheckpointKey decode(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        if (bytes.length != BYTES || buffer.get() != VERSION) {
            return new CheckpointKey(false, new UUID(0, 0), 0);
        }
        boolean manifest = buffer.get() == 1;
        return new CheckpointKey(manifest, new UUID(buffer.getLong(), buffer.getLong()), Math.max(0, buffer.getInt()));
    }
}
