package dev.shiplog.store.checkpoint;

import java.io.IOException;
import java.util.List;

/// Where checkpoints of one store are kept. It moves bytes and judges nothing: a checkpoint whose manifest
/// stands is offered, whether or not its chunks are still whole.
public interface CheckpointStorage {

    /// Chunks are at most this long, unless a single object is longer.
    int CHUNK_BYTES = 512 * 1024;

    /// Starts a new checkpoint. One writer at a time.
    Upload begin() throws IOException;

    /// The checkpoints whose manifest stands, newest first.
    List<Stored> stored() throws IOException;

    /// Gives up all but the newest `count`.
    void retain(int count) throws IOException;

    interface Upload extends AutoCloseable {

        void chunk(byte[] bytes) throws IOException;

        /// Makes the checkpoint stand: returns when every chunk and the manifest are durable.
        void manifest(byte[] bytes) throws IOException;

        /// Without a manifest before, what was written is given up.
        @Override
        void close() throws IOException;
    }

    interface Stored {

        byte[] manifest();

        /// Hands over the chunks in the order they were written, as many as are there.
        void chunks(ChunkReader reader) throws IOException;
    }

    interface ChunkReader {
        void chunk(byte[] bytes) throws IOException;
    }
}
