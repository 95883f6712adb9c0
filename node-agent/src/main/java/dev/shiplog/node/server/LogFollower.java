package dev.shiplog.node.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Copies a container's log to a reader, and goes on as long as the container writes, if that is wanted.
final class LogFollower {
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int LINE_BYTES_MAX = 1 << 20;
    /// Holds the time, the stream and the tag of a line.
    private static final int HEAD_BYTES = 64;

    private final Path log;
    private final LogOptions options;
    private final OutputStream out;
    private final BooleanSupplier running;
    private long left;
    private boolean middle;

    /// @param running whether the container may still write
    LogFollower(Path log, LogOptions options, OutputStream out, BooleanSupplier running) {
        this.log = log;
        this.options = options;
        this.out = out;
        this.running = running;
        this.left = options.limitBytes() < 0 ? Long.MAX_VALUE : options.limitBytes();
    }

    void copy() throws IOException, InterruptedException {
        boolean again = true;
        boolean fromStart = false;
        while (again && left > 0) {
            again = copyFile(fromStart);
            fromStart = true;
        }
    }

    /// True when the log was put aside meanwhile and goes on in a new file.
    private boolean copyFile(boolean fromStart) throws IOException, InterruptedException {
        @Nullable Object key = key();
        try (var file = new RandomAccessFile(log.toFile(), "r")) {
            if (!fromStart && options.tailLines() >= 0) {
                file.seek(tail(file, options.tailLines()));
            }
            var line = new ByteArrayOutputStream();
            byte[] buffer = new byte[BUFFER_BYTES];
            boolean last = false;
            while (left > 0) {
                int n = file.read(buffer);
                if (n > 0) {
                    take(buffer, n, line);
                    continue;
                }
                out.flush();
                if (last || !options.follow()) {
                    return false;
                }
                boolean moved = key != null && !key.equals(key());
                if (moved) {
                    return true;
                }
                last = !running.getAsBoolean();
                if (!last) {
                    Thread.sleep(LOOK_EVERY);
                }
            }
            return false;
        }
    }

    private @Nullable Object key() {
        try {
            return Files.readAttributes(log, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            return null;
        }
    }

    private void take(byte[] buffer, int n, ByteArrayOutputStream line) throws IOException {
        for (int i = 0; i < n && left > 0; i++) {
            if (buffer[i] != '\n' && line.size() < LINE_BYTES_MAX) {
                line.write(buffer[i]);
            } else {
                show(line.toByteArray());
                line.reset();
            }
        }
    }

    private void show(byte[] raw) throws IOException {
        Optional<LogLine> parsed = LogLine.parse(raw, raw.length);
        if (parsed.isEmpty()) {
            return;
        }
        LogLine line = parsed.get();
        boolean continued = middle;
        middle = line.partial();
        if (options.since() != null && !line.since(options.since())) {
            return;
        }
        byte[] shown = line.shown(options.timestamps() && !continued, !line.partial());
        int bytes = (int) Math.min(left, shown.length);
        out.write(shown, 0, bytes);
        left -= bytes;
    }

    /// Where the last `lines` whole lines begin. A line that the runtime cut into parts counts once, by its last part.
    private static long tail(RandomAccessFile file, long lines) throws IOException {
        long end = file.length();
        byte[] buffer = new byte[BUFFER_BYTES];
        long seen = 0;
        for (long at = end; at > 0; ) {
            int n = (int) Math.min(at, buffer.length);
            at -= n;
            file.seek(at);
            file.readFully(buffer, 0, n);
            for (int i = n - 1; i >= 0; i--) {
                long newLine = at + i;
                if (buffer[i] != '\n' || newLine == file.length() - 1) {
                    continue;
                }
                if (whole(file, newLine + 1) && ++seen > lines) {
                    return end;
                }
                end = newLine + 1;
            }
        }
        return end > 0 && whole(file, 0) && ++seen > lines ? end : 0;
    }

    private static boolean whole(RandomAccessFile file, long start) throws IOException {
        byte[] head = new byte[HEAD_BYTES];
        file.seek(start);
        int n = Math.max(0, file.read(head));
        return LogLine.parse(head, n).map(line -> !line.partial()).orElse(false);
    }
}
