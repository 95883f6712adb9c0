package dev.shiplog.store.checkpoint;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Checkpoints as files of one directory: a warm restart needs no topic. A file gets its name only once it is
/// whole and on disk.
///
/// A file is a row of frames, each a length and so many bytes; the last is the manifest, whose length is
/// negated.
public final class CheckpointFileRegistry implements CheckpointStorage {
    private static final String SUFFIX = ".checkpoint";
    private static final Pattern NAME = Pattern.compile("[0-9]{19}\\" + SUFFIX);
    private static final String UNFINISHED = "unfinished";

    private final Path directory;

    public CheckpointFileRegistry(Path directory) {
        this.directory = directory;
    }

    @Override
    public Upload begin() throws IOException {
        Files.createDirectories(directory);
        return new FileUpload(directory.resolve(UNFINISHED));
    }

    @Override
    public List<Stored> stored() throws IOException {
        List<Stored> found = new ArrayList<>();
        for (Path file : files()) {
            found.add(new FileStored(file));
        }
        return found;
    }

    @Override
    public void retain(int count) throws IOException {
        List<Path> all = files();
        for (Path file : all.subList(Math.min(count, all.size()), all.size())) {
            Files.delete(file);
        }
    }

    /// Newest first: names are numbers of equal length that rise.
    private List<Path> files() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(
                            file -> NAME.matcher(file.getFileName().toString()).matches())
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
    }

    private Path nextName() throws IOException {
        List<Path> all = files();
        long number = 0;
        if (!all.isEmpty()) {
            String newest = all.getFirst().getFileName().toString();
            number = Long.parseLong(newest.substring(0, newest.length() - SUFFIX.length())) + 1;
        }
        return directory.resolve("%019d%s".formatted(number, SUFFIX));
    }

    private final class FileUpload implements Upload {
        private final Path unfinished;
        private final FileChannel channel;
        private final DataOutputStream out;

        FileUpload(Path unfinished) throws IOException {
            this.unfinished = unfinished;
            channel = FileChannel.open(
                    unfinished,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE);
            out = new DataOutputStream(Channels.newOutputStream(channel));
        }

        @Override
        public void chunk(byte[] bytes) throws IOException {
            out.writeInt(bytes.length);
            out.write(bytes);
        }

        @Override
        public void manifest(byte[] bytes) throws IOException {
            out.writeInt(-bytes.length);
            out.write(bytes);
            out.flush();
            channel.force(true);
            Files.move(unfinished, nextName(), StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
                names.force(true);
            }
        }

        @Override
        public void close() throws IOException {
            out.close();
            Files.deleteIfExists(unfinished);
        }
    }

    private static final class FileStored implements Stored {
        private final Path file;
        private final byte[] manifest;

        FileStored(Path file) throws IOException {
            this.file = file;
            manifest = frames(file, null);
        }

        @Override
        public byte[] manifest() {
            return manifest;
        }

        @Override
        public void chunks(ChunkReader reader) throws IOException {
            frames(file, reader);
        }

        /// Hands over the chunks, if anyone takes them, and returns the manifest; empty when the file breaks off before
        /// it.
        private static byte[] frames(Path file, @Nullable ChunkReader reader) throws IOException {
            try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
                long left = Files.size(file);
                while (true) {
                    int length = in.readInt();
                    left -= Integer.BYTES;
                    if (Math.abs((long) length) > left) {
                        return new byte[0];
                    }
                    left -= Math.abs(length);
                    if (length < 0) {
                        return in.readNBytes(-length);
                    }
                    if (reader == null) {
                        in.skipNBytes(length);
                    } else {
                        reader.chunk(in.readNBytes(length));
                    }
                }
            } catch (EOFException _) {
                return new byte[0];
            }
        }
    }
}
