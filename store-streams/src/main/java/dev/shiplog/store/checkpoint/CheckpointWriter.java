package dev.shiplog.store.checkpoint;

import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Entry;
import dev.shiplog.store.journal.RevisionSample;
import dev.shiplog.store.journal.State;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes states of one journal as checkpoints.
public final class CheckpointWriter {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointWriter.class);

    /// How many checkpoints are kept: should the newest be damaged, the one before serves.
    public static final int KEPT = 2;

    private final StoreName store;
    private final UUID topicId;
    private final CheckpointStorage storage;

    public CheckpointWriter(StoreName store, UUID topicId, CheckpointStorage storage) {
        this.store = store;
        this.topicId = topicId;
        this.storage = storage;
    }

    /// Writes a state, which others may go on from, and gives up the checkpoints that are too many.
    /// Returns how long the chunks are together.
    public long write(State state, List<RevisionSample> samples) throws IOException {
        long bytes = 0;
        try (CheckpointStorage.Upload upload = storage.begin()) {
            var chunk = new Chunk();
            for (Entry entry : state.all()) {
                chunk.add(entry);
                if (chunk.isFull()) {
                    bytes += send(upload, chunk);
                    chunk = new Chunk();
                }
            }
            if (!chunk.isEmpty()) {
                bytes += send(upload, chunk);
            }
            upload.manifest(Manifest.of(store, topicId, state, bytes, samples).toBytes());
        }
        giveUpOlder();
        return bytes;
    }

    /// What was written stands even if older ones stay for a while: the next checkpoint tries again.
    private void giveUpOlder() {
        try {
            storage.retain(KEPT);
        } catch (IOException refused) {
            LOG.warn("older checkpoints of {} stay for now: {}", store.text(), refused.getMessage());
        }
    }

    private static long send(CheckpointStorage.Upload upload, Chunk chunk) throws IOException {
        byte[] bytes = chunk.toBytes();
        upload.chunk(bytes);
        return bytes.length;
    }
}
