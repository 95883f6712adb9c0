package dev.shiplog.store.checkpoint;

import dev.shiplog.store.journal.Journal;
import dev.shiplog.store.journal.JournalUnavailable;
import dev.shiplog.store.journal.RevisionSample;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.journal.ViewFollower;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps one store's checkpoints young enough and, where history has an end, its journal short enough. One at a
/// time runs per store: whoever owns the store's materialiser.
public final class CheckpointHost implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointHost.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    private final ViewFollower follower;
    private final Journal journal;
    private final CheckpointStorage storage;
    private final CheckpointWriter writer;
    private final @Nullable Duration retention;
    private final ReentrantLock lock = new ReentrantLock();
    private final Thread thread;
    private final long booted;
    private List<RevisionSample> samples;
    private long checkpointBytes;
    private long appliedBefore;

    /// Positions of the two newest checkpoints; -1 where there is none.
    private long newest = -1;

    private long older = -1;

    /// Journal time of the newest; of the beginning where there is none.
    private long newestMillis;

    /// Whether those that stand already were looked at.
    private boolean recalled;

    private volatile boolean closed;

    private CheckpointHost(
            ViewFollower follower,
            Journal journal,
            CheckpointStorage storage,
            Boot.From boot,
            @Nullable Duration retention) {
        this.follower = follower;
        this.journal = journal;
        this.retention = retention;
        this.storage = storage;
        booted = boot.state().position();
        writer = new CheckpointWriter(journal.store(), journal.topicId(), storage);
        samples = boot.samples();
        checkpointBytes = boot.bytes();
        thread =
                Thread.ofVirtual().name("checkpoints-" + journal.store().text()).unstarted(this::run);
    }

    /// Starts looking after the checkpoints of a follower that was booted so.
    ///
    /// @param retention how far back the journal must reach; null for ever
    public static CheckpointHost start(
            ViewFollower follower,
            Journal journal,
            CheckpointStorage storage,
            Boot.From boot,
            @Nullable Duration retention) {
        var host = new CheckpointHost(follower, journal, storage, boot, retention);
        host.thread.start();
        return host;
    }

    private void run() {
        while (!closed) {
            try {
                Thread.sleep(LOOK_EVERY);
                recall();
                if (isDue()) {
                    checkpoint();
                    truncate();
                }
            } catch (IOException | JournalUnavailable away) {
                LOG.warn("no checkpoint of {} this time: {}", journal.store().text(), away.getMessage());
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private boolean isDue() {
        return CheckpointPolicy.isDue(follower.bytesApplied() - appliedBefore, checkpointBytes)
                || (retention != null
                        && CheckpointPolicy.isDueToTruncate(follower.state().timeMillis() - newestMillis));
    }

    /// Finds out which checkpoints stand already. The follower may have begun at another, in a local file: then nobody
    /// counted how long the journal is between.
    private void recall() throws IOException {
        lock.lock();
        try {
            if (recalled) {
                return;
            }
            List<Manifest> standing = storage.stored().stream()
                    .map(stored -> Manifest.read(stored.manifest()))
                    .filter(Objects::nonNull)
                    .sorted(Comparator.comparingLong(Manifest::position).reversed())
                    .toList();
            newestMillis = follower.state().timeMillis();
            if (!standing.isEmpty()) {
                newestMillis = standing.getFirst().timeMillis();
                newest = standing.getFirst().position();
                checkpointBytes = standing.getFirst().bytes();
            }
            if (standing.size() > 1) {
                older = standing.get(1).position();
            }
            appliedBefore = -CheckpointPolicy.tailBytes(Math.max(0, booted - newest));
            recalled = true;
        } finally {
            lock.unlock();
        }
    }

    /// Writes a checkpoint of what the follower has applied, and returns its position.
    public long checkpoint() throws IOException {
        lock.lock();
        try {
            recall();
            long applied = follower.bytesApplied();
            State state = follower.state();
            if (state.position() == newest) {
                return newest;
            }
            samples = Manifest.continued(samples, follower.samples(), state);
            checkpointBytes = writer.write(state, samples);
            appliedBefore = applied;
            older = newest;
            newest = state.position();
            newestMillis = state.timeMillis();
            follower.announce(state);
            LOG.info(
                    "checkpoint of {} at offset {}, revision {}, {} bytes",
                    journal.store().text(),
                    newest,
                    state.revision(),
                    checkpointBytes);
            return newest;
        } finally {
            lock.unlock();
        }
    }

    /// Gives up what lies before the retention time, but nothing that a boot from the older checkpoint needs.
    void truncate() throws JournalUnavailable {
        if (retention == null || older < 0) {
            return;
        }
        long bound = follower.state().timeMillis() - retention.toMillis();
        long before = samples.stream()
                .filter(sample -> sample.timeMillis() < bound)
                .mapToLong(RevisionSample::position)
                .max()
                .orElse(-1);
        long cut = Math.min(before, older) + 1;
        if (cut > journal.start()) {
            journal.deleteRecords(cut);
            LOG.info(
                    "the journal of {} begins at offset {} now", journal.store().text(), cut);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
