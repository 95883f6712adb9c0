package dev.shiplog.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The processes of one cluster on this host: who runs which role, and what each says of itself.
///
/// A role is held by a file lock, which the kernel releases however a process ends. What a process says of itself lies
/// in
/// `run/<pid>.json`; whoever writes one merges all living ones into `run.json`.
final class Processes {
    private static final ObjectMapper JSON = new ObjectMapper();
    /// How long the kernel may take to release what a killed process held.
    private static final Duration HOLDER_SETTLES_WITHIN = Duration.ofSeconds(30);

    private static final long POLL_MILLIS = 20;

    private final Data data;

    Processes(Data data) {
        this.data = data;
    }

    /// Roles that this process holds until it ends.
    record Claim(Set<Role> taken, Set<Role> heldByOthers, List<FileChannel> channels) implements AutoCloseable {
        @Override
        public void close() {
            for (FileChannel channel : channels) {
                try {
                    channel.close();
                } catch (IOException problem) {
                    throw new UncheckedIOException(problem);
                }
            }
        }
    }

    /// Takes those of `roles` that nobody holds. A holder that does not say that it runs was killed and lets go any
    /// moment,
    /// or has only just begun and will say so: it is waited for.
    Claim claim(Set<Role> roles) throws InterruptedException {
        var taken = EnumSet.noneOf(Role.class);
        var others = EnumSet.noneOf(Role.class);
        var channels = new ArrayList<FileChannel>();
        for (Role role : roles) {
            FileChannel channel = lockOf(role);
            long deadline = System.nanoTime() + HOLDER_SETTLES_WITHIN.toNanos();
            while (channel == null && !running().contains(role) && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                channel = lockOf(role);
            }
            if (channel == null) {
                others.add(role);
            } else {
                taken.add(role);
                channels.add(channel);
            }
        }
        return new Claim(taken, others, channels);
    }

    /// The roles that some process says it runs.
    Set<Role> running() {
        var roles = EnumSet.noneOf(Role.class);
        for (ObjectNode report : living()) {
            report.path("roles").forEach(role -> roles.add(Role.parse(role.asText())));
        }
        return roles;
    }

    private @Nullable FileChannel lockOf(Role role) {
        return lock(data.processes().resolve(role.text() + ".lock"));
    }

    /// Locks a file for the life of this process; null when another process has it.
    static @Nullable FileChannel lock(Path file) {
        try {
            Files.createDirectories(file.getParent());
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                return null;
            }
            return channel;
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    /// What every process that does its work says of itself, oldest first.
    List<ObjectNode> living() {
        return reports(ProcessState::runs);
    }

    /// The living, and those that end but still hold something, such as a port.
    List<ObjectNode> present() {
        return reports(process -> !process.ended());
    }

    private List<ObjectNode> reports(Predicate<ProcessState> which) {
        if (!Files.isDirectory(data.processes())) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(data.processes())) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .map(Processes::read)
                    .filter(report -> report != null && is(report, which))
                    .sorted(Comparator.comparing(
                            report -> report.path("startedAt").asText()))
                    .toList();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    /// Publishes what this process says of itself, and merges.
    synchronized void publish(ObjectNode report) {
        write(data.processes().resolve(ProcessHandle.current().pid() + ".json"), report);
        merge();
    }

    synchronized void withdraw() {
        try {
            Files.deleteIfExists(
                    data.processes().resolve(ProcessHandle.current().pid() + ".json"));
            merge();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private void merge() {
        List<ObjectNode> living = living();
        if (living.isEmpty()) {
            try {
                Files.deleteIfExists(data.runFile());
            } catch (IOException problem) {
                throw new UncheckedIOException(problem);
            }
        } else {
            write(data.runFile(), merged(living, data.directory()));
        }
    }

    /// The answer of `status` for the processes given, which are not empty.
    static ObjectNode merged(List<ObjectNode> living, Path directory) {
        ObjectNode merged = JSON.createObjectNode();
        merged.put("running", true);
        Map<Role, Long> pids = new EnumMap<>(Role.class);
        ObjectNode endpoints = JSON.createObjectNode();
        boolean ready = true;
        long rss = 0;
        ObjectNode main = living.getFirst();
        for (ObjectNode report : living) {
            long pid = report.path("pid").asLong();
            for (JsonNode role : report.path("roles")) {
                pids.put(Role.parse(role.asText()), pid);
                if (role.asText().equals(Role.API_SERVER.text())) {
                    main = report;
                }
            }
            report.path("endpoints").properties().forEach(part -> endpoints.set(part.getKey(), part.getValue()));
            ready &= report.path("ready").asBoolean();
            rss += report.path("rssMiB").asLong();
        }
        merged.set("pid", main.path("pid"));
        ObjectNode pidsByRole = merged.putObject("pids");
        pids.forEach((role, pid) -> pidsByRole.put(role.text(), pid));
        merged.set("version", main.path("version"));
        merged.set("clusterId", main.path("clusterId"));
        merged.put("data", directory.toString());
        merged.set("endpoints", endpoints);
        var roles = merged.putArray("roles");
        pids.keySet().forEach(role -> roles.add(role.text()));
        merged.put("ready", ready);
        for (String field : List.of(
                "apiReadySeconds",
                "nodeReadySeconds",
                "revision",
                "appliedRevision",
                "materialiserLag",
                "objects",
                "watchers")) {
            living.stream()
                    .map(report -> report.path(field))
                    .filter(value -> !value.isMissingNode() && !value.isNull())
                    .findFirst()
                    .ifPresent(value -> merged.set(field, value));
        }
        merged.put("rssMiB", rss);
        return merged;
    }

    /// Whether the process that wrote a report, and no other one with its number, is as `which` says.
    static boolean is(ObjectNode report, Predicate<ProcessState> which) {
        return ProcessState.of(report.path("pid").asLong())
                .filter(process ->
                        process.startTicks() == report.path("processStart").asLong(-1))
                .filter(which)
                .isPresent();
    }

    private static @Nullable ObjectNode read(Path file) {
        try {
            return JSON.readTree(Files.readAllBytes(file)) instanceof ObjectNode node ? node : null;
        } catch (NoSuchFileException _) {
            return null; // Its process ended between the listing and now.
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private static void write(Path file, ObjectNode content) {
        try {
            Path fresh = file.resolveSibling(
                    file.getFileName() + "." + ProcessHandle.current().pid() + ".new");
            Files.writeString(fresh, content + "\n");
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }
}
