package dev.shiplog.store.broker;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/// The free space that Kafka's disk must keep. Whoever takes in new work asks first and refuses it while the
/// disk is below; what was taken in can then still be finished, and reads go on.
public final class DiskReserve {
    /// How old an answer may be: a burst asks the disk once.
    private static final long FRESH_NANOS = 20_000_000;

    private final Path directory;
    private final FileStore store;
    private final long reserveBytes;
    private final AtomicLong askedAt = new AtomicLong(System.nanoTime() - FRESH_NANOS);
    private volatile long free = Long.MAX_VALUE;

    public DiskReserve(Path directory, long reserveBytes) throws IOException {
        this.directory = directory;
        this.store = Files.getFileStore(directory);
        this.reserveBytes = reserveBytes;
    }

    /// Whether writes have to be refused now.
    public boolean below() {
        return freeBytes() < reserveBytes;
    }

    /// Space left for an unprivileged writer. A disk that cannot be asked counts as full.
    public long freeBytes() {
        long now = System.nanoTime();
        long before = askedAt.get();
        if (now - before >= FRESH_NANOS && askedAt.compareAndSet(before, now)) {
            try {
                free = store.getUsableSpace();
            } catch (IOException e) {
                free = 0;
            }
        }
        return free;
    }

    /// Which disk it is, for the refusal's text.
    public Path directory() {
        return directory;
    }

    public long reserveBytes() {
        return reserveBytes;
    }
}
