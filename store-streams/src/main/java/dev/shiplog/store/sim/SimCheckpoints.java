package dev.shiplog.store.sim;

import dev.shiplog.store.checkpoint.CheckpointStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Checkpoints in memory, of which a write may break off and the newest may be damaged.
final class SimCheckpoints implements CheckpointStorage {
    private final RandomGenerator random;
    private final List<Kept> kept = new ArrayList<>();
    private boolean breaksOff;

    SimCheckpoints(RandomGenerator random) {
        this.random = random;
    }

    private static final class Kept implements Stored {
        private final List<byte[]> chunks = new ArrayList<>();
        private byte[] manifest = new byte[0];
        private boolean damaged;

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

    /// The next write ends before its manifest stands.
    void breakOff() {
        breaksOff = true;
    }

    int count() {
        return kept.size();
    }

    boolean hasDamage() {
        return kept.stream().anyMatch(each -> each.damaged);
    }

    /// Flips a bit of the newest, or loses a piece of it. The one before stays whole.
    void damageNewest() {
        if (kept.size() < 2 || hasDamage()) {
            return;
        }
        Kept newest = kept.getLast();
        newest.damaged = true;
        switch (random.nextInt(3)) {
            case 0 -> newest.manifest = flipped(newest.manifest);
            case 1 -> newest.chunks.removeLast();
            default -> newest.chunks.set(0, flipped(newest.chunks.getFirst()));
        }
    }

    private byte[] flipped(byte[] bytes) {
        byte[] copy = bytes.clone();
        copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
        return copy;
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
            public void manifest(byte[] bytes) throws IOException {
                if (breaksOff) {
                    breaksOff = false;
                    throw new IOException("the writer died");
                }
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
    public void retain(int count) {
        while (kept.size() > count) {
            kept.removeFirst();
        }
    }
}
