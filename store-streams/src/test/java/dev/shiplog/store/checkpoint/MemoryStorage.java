package dev.shiplog.store.checkpoint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Checkpoints in memory that a test can damage.
public class MemoryStorage implements CheckpointStorage {
    final List<Kept> kept = new ArrayList<>();

    static final class Kept implements Stored {
        byte[] manifest = new byte[0];
        final List<byte[]> chunks = new ArrayList<>();

        @Override
        public byte[] manifest() {
            return manifest;
        }

        @Override
        public void chunks(ChunkReader reader) throws IOException {
            for (byte[] chunk : chunks) {
                reader.chunk(chunk);
            }
        }
    }

    @Override
    public Upload begin() {
        var upload = new Kept();
        return new Upload() {
            @Override
            public void chunk(byte[] bytes) {
                upload.chunks.add(bytes);
            }

            @Override
            public void manifest(byte[] bytes) {
                upload.manifest = bytes;
                kept.add(upload);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public List<Stored> stored() {
        return List.copyOf(kept.reversed());
    }

    @Override
    public void retain(int count) throws IOException {
        while (kept.size() > count) {
            kept.removeFirst();
        }
    }
}
