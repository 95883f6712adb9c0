package dev.shiplog.store.checkpoint;

import dev.shiplog.store.Entry;
import dev.shiplog.store.journal.State;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the checkpoint to boot from.
public final class CheckpointReader {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointReader.class);

    private static final Comparator<Found> NEWEST_FIRST =
            Comparator.comparingLong((Found found) -> found.manifest.position()).reversed();

    private final Boot.Extent journal;
    private final List<CheckpointStorage> storages;

    public CheckpointReader(Boot.Extent journal, List<CheckpointStorage> storages) {
        this.journal = journal;
        this.storages = List.copyOf(storages);
    }

    /// The newest beginning for a follower of a journal.
    public Boot newest() throws IOException {
        return atMost(Long.MAX_VALUE);
    }

    /// The newest beginning that is not past a position.
    public Boot atMost(long position) throws IOException {
        for (Found found : findAll()) {
            String foreign = mismatch(found.manifest);
            if (foreign != null) {
                return new Boot.Refused(foreign);
            }
            if (found.manifest.position() <= position) {
                State state = load(found);
                if (state != null) {
                    return fitting(new Boot.From(state, found.manifest.bytes(), found.manifest.samples()));
                }
            }
        }
        return fitting(new Boot.From(State.EMPTY, 0, List.of()));
    }

    /// The newest checkpoint of a storage that may hold anything, also what belongs to another journal: that is passed
    /// over. Null when none serves.
    Boot.@Nullable From newestFitting(CheckpointStorage local) throws IOException {
        for (Found found : find(local)) {
            String foreign = mismatch(found.manifest);
            if (foreign != null || found.manifest.position() + 1 < journal.start()) {
                LOG.info("a local checkpoint is passed over: {}", foreign == null ? "it is too old" : foreign);
                continue;
            }
            State state = load(found);
            if (state != null) {
                return new Boot.From(state, found.manifest.bytes(), found.manifest.samples());
            }
        }
        return null;
    }

    private Boot fitting(Boot.From from) {
        long next = from.state().position() + 1;
        return next >= journal.start()
                ? from
                : new Boot.Refused("the journal of %s begins at offset %d, and no whole checkpoint reaches beyond %d"
                        .formatted(journal.store().text(), journal.start(), next));
    }

    private @Nullable String mismatch(Manifest manifest) {
        if (manifest.store() != journal.store()) {
            return "a checkpoint of %s is among those of %s"
                    .formatted(manifest.store().text(), journal.store().text());
        }
        if (!manifest.topicId().equals(journal.topicId())) {
            return "a checkpoint of %s belongs to the journal %s, this one is %s"
                    .formatted(journal.store().text(), manifest.topicId(), journal.topicId());
        }
        if (manifest.position() >= journal.end()) {
            return "a checkpoint of %s knows revision %d at offset %d, the journal ends before offset %d"
                    .formatted(journal.store().text(), manifest.revision(), manifest.position(), journal.end());
        }
        return null;
    }

    private List<Found> findAll() throws IOException {
        List<Found> all = new ArrayList<>();
        for (CheckpointStorage storage : storages) {
            all.addAll(find(storage));
        }
        all.sort(NEWEST_FIRST);
        return all;
    }

    private static List<Found> find(CheckpointStorage storage) throws IOException {
        List<Found> all = new ArrayList<>();
        for (CheckpointStorage.Stored stored : storage.stored()) {
            Manifest manifest = Manifest.read(stored.manifest());
            if (manifest == null) {
                LOG.warn("a checkpoint with a damaged manifest is passed over");
            } else {
                all.add(new Found(manifest, stored));
            }
        }
        all.sort(NEWEST_FIRST);
        return all;
    }

    /// Null when it is not whole.
    private static @Nullable State load(Found found) {
        var loading = new Loading(found.manifest.bareState());
        try {
            found.stored.chunks(chunk -> Chunk.read(chunk, loading::add));
        } catch (IOException damaged) {
            LOG.warn("the checkpoint at {} cannot be read: {}", found.manifest.position(), damaged.getMessage());
            return null;
        }
        State state = loading.state;
        if (state == null
                || state.size() != found.manifest.entries()
                || !state.stateHash().equals(found.manifest.hash())) {
            LOG.warn("the checkpoint at {} does not hash right", found.manifest.position());
            return null;
        }
        return state;
    }

    /// A checkpoint that says what it is; its chunks are not looked at yet.
    private record Found(Manifest manifest, CheckpointStorage.Stored stored) {}

    /// A state while entries are put into it; null once a key came twice.
    private static final class Loading {
        private @Nullable State state;

        private Loading(State bare) {
            state = bare;
        }

        private void add(Entry entry) {
            State before = state;
            if (before != null) {
                state = before.get(entry.key()) == null ? before.loaded(entry) : null;
            }
        }
    }
}
