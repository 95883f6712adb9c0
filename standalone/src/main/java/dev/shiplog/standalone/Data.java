package dev.shiplog.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.Uuid;

/// The directory of one cluster on this host, and what is where in it.
record Data(Path directory) {
    static final int FORMAT = 1;
    private static final Pattern FORMAT_FILE =
            Pattern.compile("\\{\"version\":(\\d+),\"clusterId\":\"([^\"]+)\"\\}\\s*");

    Data {
        directory = directory.toAbsolutePath().normalize();
    }

    static Path defaultDirectory() {
        String home = System.getenv("HOME");
        return defaultDirectory(System.getProperty("user.name"), home == null ? System.getProperty("user.home") : home);
    }

    /// Where `./shiplog` looks too: the home is the one that the environment names.
    static Path defaultDirectory(String user, String home) {
        return user.equals("root") ? Path.of("/var/lib/shiplog") : Path.of(home, ".local", "share", "shiplog");
    }

    Path adminKubeconfig() {
        return directory.resolve("admin.kubeconfig");
    }

    Path runFile() {
        return directory.resolve("run.json");
    }

    /// One file per running process, merged into [#runFile].
    Path processes() {
        return directory.resolve("run");
    }

    Path formatFile() {
        return directory.resolve("format.json");
    }

    Path pki() {
        return directory.resolve("pki");
    }

    Path clients() {
        return directory.resolve("clients");
    }

    /// Complete client settings of the embedded broker's users.
    Path kafkaCredentials() {
        return pki().resolve("kafka");
    }

    Path kafka() {
        return directory.resolve("kafka");
    }

    Path streams() {
        return directory.resolve("streams");
    }

    /// Local copies of checkpoints, for a warm restart. Deleting them costs a slower start.
    Path warm() {
        return streams().resolve("checkpoints");
    }

    /// The indexes of the past. Deleting them costs their making anew.
    Path history() {
        return directory.resolve("history");
    }

    /// What was seen of each journal.
    Path seen() {
        return directory.resolve("seen.json");
    }

    Path containerd() {
        return directory.resolve("containerd");
    }

    Path logs() {
        return directory.resolve("logs");
    }

    Path log(Role role) {
        return logs().resolve(role.text() + ".log");
    }

    /// Creates the directory if it is new, and answers its cluster id. Refuses a directory of another format.
    String open() {
        try {
            if (!Files.exists(directory)) {
                Files.createDirectories(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            }
            for (Path part : new Path[] {processes(), logs()}) {
                Files.createDirectories(part);
            }
            if (!Files.exists(formatFile())) {
                Path fresh = Files.createTempFile(directory, "format", ".new");
                Files.writeString(
                        fresh, "{\"version\":%d,\"clusterId\":\"%s\"}%n".formatted(FORMAT, Uuid.randomUuid()));
                // The first of several processes that start at once wins; the others read what it wrote.
                linkUnlessPresent(fresh, formatFile());
            }
            return clusterId();
        } catch (IOException problem) {
            throw new Stop(
                    ExitCode.FAILED,
                    "the data directory %s cannot be used: %s".formatted(directory, problem.getMessage()),
                    "Give a directory you may write with --data");
        }
    }

    /// The id of the cluster in this directory.
    String clusterId() {
        try {
            Matcher format = FORMAT_FILE.matcher(Files.readString(formatFile()));
            if (!format.matches() || Integer.parseInt(format.group(1)) != FORMAT) {
                throw new Stop(
                        ExitCode.REFUSED,
                        "%s is of another version of Shiplog".formatted(directory),
                        "Use the version that wrote it, or another --data");
            }
            return format.group(2);
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    boolean exists() {
        return Files.exists(formatFile());
    }

    private static void linkUnlessPresent(Path fresh, Path target) throws IOException {
        try {
            Files.createLink(target, fresh);
        } catch (java.nio.file.FileAlreadyExistsException _) {
            // Another process was first.
        } finally {
            Files.delete(fresh);
        }
    }
}
