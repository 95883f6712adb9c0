package dev.shiplog.store.checkpoint;

import dev.shiplog.store.journal.Journal;
import dev.shiplog.store.journal.JournalUnavailable;
import dev.shiplog.store.journal.RevisionSample;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.journal.ViewFollower;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
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
    private final CheckpointWriter writer;
    private final @Nullable Duration retention;
    private final ReentrantLock lock = new ReentrantLock();
    private final Thread thread;
    private List<RevisionSample> samples;
    private long checkpointBytes;
    private long appliedBefore;

    /// Positions of the two newest checkpoints; -1 where there is none.
    private long newest;

    private long older = -1;
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
        writer = new CheckpointWriter(journal.store(), journal.topicId(), storage);
        samples = boot.samples();
        checkpointBytes = boot.bytes();
        newest = boot.state().position();
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
                if (CheckpointPolicy.isDue(follower.bytesApplied() - appliedBefore, checkpointBytes)) {
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

    /// Writes a checkpoint of what the follower has applied, and returns its position.
    public long checkpoint() throws IOException {
        lock.lock();
        try {
            long applied = follower.bytesApplied();
            State state = follower.state();
            if (state.position() == newest) {
                return newest;
            }
            samples = Manifest.merged(samples, sampled(state));
            checkpointBytes = writer.write(state, samples);
            appliedBefore = applied;
            older = newest;
            newest = state.position();
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

    private List<RevisionSample> sampled(State state) {
        List<RevisionSample> recent = follower.samples().stream()
                .filter(sample -> sample.position() < state.position())
                .toList();
        return Manifest.merged(recent, List.of(RevisionSample.of(state)));
    }

    /// Gives up what lies before the retention time, but nothing that a boot from the older checkpoint needs.
    private void truncate() throws JournalUnavailable {
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
