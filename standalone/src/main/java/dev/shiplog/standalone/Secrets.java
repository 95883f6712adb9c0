package dev.shiplog.standalone;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/// Files that only their owner may read. They appear whole or not at all.
final class Secrets {

    private Secrets() {}

    static void write(Path file, String text) throws IOException {
        Files.move(fresh(file, text), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// Leaves the file alone if another process was first.
    static void writeOnce(Path file, String text) throws IOException {
        Path fresh = fresh(file, text);
        try {
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException _) {
            // What is there is as good.
        } finally {
            Files.delete(fresh);
        }
    }

    private static Path fresh(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        // The JDK creates temporary files with rw-------.
        Path fresh = Files.createTempFile(file.getParent(), "." + file.getFileName(), ".new");
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(fresh, text);
        return fresh;
    }
}
