package dev.shiplog.store.checkpoint;

import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.journal.RevisionSample;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.journal.ViewFollower;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the state of one store in local files too, the same bytes as a checkpoint: a process that starts again reads
/// them instead of the checkpoint topic, and only the little of the journal that came after.
///
/// The files help and decide nothing. What is damaged, or belongs to another journal, is passed over. Of several
/// processes on one directory one writes; all may read.
public final class WarmRestartHost implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WarmRestartHost.class);

    private final Path directory;
    private final CheckpointFileRegistry files;
    private @Nullable Thread thread;
    private @Nullable Writing writing;

    /// One file system lock and what it lets this process do.
    private record Writing(FileChannel lock, ViewFollower follower, CheckpointWriter writer, Progress progress) {}

    /// How far the files are; used by one thread at a time.
    private static final class Progress {
        private List<RevisionSample> samples;
        private long fileBytes;
        private long appliedBefore;
        private long position;

        Progress(Boot.From boot) {
            samples = boot.samples();
            fileBytes = boot.bytes();
            position = boot.state().position();
        }
    }

    /// @param directory of all stores' files; made when the first is written
    public WarmRestartHost(Path directory, StoreName store) {
        this.directory = directory.resolve(store.text());
        this.files = new CheckpointFileRegistry(this.directory);
    }

    /// The newest file that fits the journal and is whole; null when there is none.
    public Boot.@Nullable From newest(Boot.Extent journal) {
        try {
            Boot.From found = new CheckpointReader(journal, List.of()).newestFitting(files);
            if (found != null) {
                LOG.info(
                        "{} begins at the local file of offset {}",
                        journal.store().text(),
                        found.state().position());
            }
            return found;
        } catch (IOException unreadable) {
            LOG.warn("the local files of {} cannot be read: {}", journal.store().text(), unreadable.getMessage());
            return null;
        }
    }

    /// Begins to write files of a follower that was booted so, unless another process does already.
    public void start(UUID topicId, ViewFollower follower, Boot.From boot) {
        try {
            FileChannel lock = lock();
            if (lock != null) {
                var writer = new CheckpointWriter(follower.store(), topicId, files);
                var mine = new Writing(lock, follower, writer, new Progress(boot));
                writing = mine;
                thread = Thread.ofVirtual()
                        .name("warm-" + follower.store().text())
                        .start(() -> run(mine));
            }
        } catch (IOException denied) {
            LOG.warn("{} is not written: {}", directory, denied.getMessage());
        }
    }

    private @Nullable FileChannel lock() throws IOException {
        Files.createDirectories(directory);
        FileChannel channel =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException _) {
            LOG.debug("{} is written by another part of this process", directory);
        }
        channel.close();
        return null;
    }

    private static void run(Writing mine) {
        try {
            while (true) {
                Thread.sleep(WarmPolicy.APART_MIN);
                if (WarmPolicy.isDue(tail(mine), mine.progress.fileBytes)) {
                    write(mine);
                }
            }
        } catch (InterruptedException _) {
            LOG.debug("no more local files of {}", mine.follower.store().text());
        }
    }

    private static long tail(Writing mine) {
        return mine.follower.bytesApplied() - mine.progress.appliedBefore;
    }

    private static void write(Writing mine) {
        long applied = mine.follower.bytesApplied();
        State state = mine.follower.state();
        Progress progress = mine.progress;
        if (state.position() == progress.position) {
            return;
        }
        try {
            progress.samples = Manifest.continued(progress.samples, mine.follower.samples(), state);
            progress.fileBytes = mine.writer.write(state, progress.samples);
            progress.appliedBefore = applied;
            progress.position = state.position();
        } catch (IOException full) {
            LOG.warn("no local file of {} this time: {}", mine.follower.store().text(), full.getMessage());
        }
    }

    /// Writes what the follower has, if it is worth it, and lets others write.
    @Override
    public void close() {
        Thread writer = thread;
        Writing mine = writing;
        if (writer == null || mine == null) {
            return;
        }
        writer.interrupt();
        try {
            writer.join();
            if (WarmPolicy.isDueAtEnd(tail(mine), mine.progress.fileBytes)) {
                write(mine);
            }
            mine.lock.close();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.debug("the lock of {} is not given back", directory, e);
        }
        writing = null;
    }
}
