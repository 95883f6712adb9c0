package dev.shiplog.node.cri;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.node.containerd.ContainerdCleanup;
import dev.shiplog.node.cri.v1.Mount;
import dev.shiplog.node.pod.Amount;
import dev.shiplog.node.pod.ContainerRun;
import dev.shiplog.node.pod.PodFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The files of a pod that are no volumes: logs, /etc/hosts, last words, limits of its control group.
public final class PodFiles {
    private static final Logger LOG = LoggerFactory.getLogger(PodFiles.class);
    private static final long LOG_BYTES_MAX = 10L << 20;
    private static final int ROTATED_MAX = 4;
    private static final long PIDS_MAX = 16_384;
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    private final PodPaths paths;

    public PodFiles(PodPaths paths) {
        this.paths = paths;
    }

    public void createLogs(Pod pod) throws IOException {
        Files.createDirectories(paths.logs(pod));
    }

    /// The host's own resolv.conf; empty when it has none.
    public String hostResolver() throws IOException {
        Path file = Path.of("/etc/resolv.conf");
        return Files.isReadable(file) ? Files.readString(file) : "";
    }

    /// The pods that have files, by uid.
    public Set<String> uids() throws IOException {
        Set<String> uids = new HashSet<>(names(paths.data().resolve("pods")));
        uids.addAll(names(paths.secrets()));
        names(paths.logs()).forEach(name -> uids.add(name.substring(name.lastIndexOf('_') + 1)));
        return uids;
    }

    /// Removes the logs of a pod of which only the uid is known.
    public void removeLogs(String uid) throws IOException {
        for (String name : names(paths.logs())) {
            if (name.endsWith("_" + uid)) {
                ContainerdCleanup.delete(paths.logs().resolve(name));
            }
        }
    }

    private static List<String> names(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    /// What a container gets beside its volumes.
    public List<Mount> mounts(Pod pod, Container container, int attempt, List<String> addresses) throws IOException {
        List<Mount> mounts = new ArrayList<>();
        String uid = pod.metadata().uid();
        Files.createDirectories(paths.pod(uid));
        boolean hosts = !pod.spec().hostNetwork() || !pod.spec().hostAliases().isEmpty();
        boolean taken = container.volumeMounts().stream()
                .anyMatch(mount -> mount.mountPath().equals("/etc/hosts"));
        if (hosts && !taken) {
            Path file = paths.hosts(uid);
            Files.writeString(file, HostsFile.text(pod, addresses, Files.readString(Path.of("/etc/hosts"))));
            mounts.add(mount(file, "/etc/hosts"));
        }
        String message = container.terminationMessagePath();
        if (!message.isEmpty()) {
            Path file = paths.message(uid, container.name(), attempt);
            Files.createDirectories(file.getParent());
            Files.write(file, new byte[0]);
            Files.setAttribute(file, "unix:mode", 0666);
            mounts.add(mount(file, message));
        }
        return mounts;
    }

    private static Mount mount(Path host, String inside) {
        return Mount.newBuilder()
                .setHostPath(host.toString())
                .setContainerPath(inside)
                .build();
    }

    /// Bounds the processes of a pod, and gives the pod the share of CPU time that its containers ask for together.
    public void limit(Pod pod) {
        String group = SandboxSpec.cgroup(pod).substring(1);
        long millis = PodFacts.containers(pod)
                .map(container -> container.resources().requests().getOrDefault("cpu", "0"))
                .mapToLong(Amount::milli)
                .sum();
        long shares = Math.max(2, millis * 1024 / 1000);
        if (Files.exists(CGROUPS.resolve("cgroup.controllers"))) {
            set(CGROUPS.resolve(group).resolve("pids.max"), PIDS_MAX);
            set(CGROUPS.resolve(group).resolve("cpu.weight"), 1 + (shares - 2) * 9999 / 262142);
        } else {
            set(CGROUPS.resolve("pids").resolve(group).resolve("pids.max"), PIDS_MAX);
            set(CGROUPS.resolve("cpu").resolve(group).resolve("cpu.shares"), shares);
        }
    }

    private static void set(Path file, long value) {
        try {
            if (Files.exists(file)) {
                Files.writeString(file, Long.toString(value));
            }
        } catch (IOException e) {
            LOG.warn("cannot limit {}: {}", file, e.getMessage());
        }
    }

    /// Removes the pod's logs and its control group.
    public void clean(Pod pod) throws IOException {
        ContainerdCleanup.delete(paths.logs(pod));
        removeGroups(SandboxSpec.cgroup(pod).substring(1));
    }

    /// Removes a control group and those in it, wherever it is mounted. One that is busy stays.
    public static void removeGroups(String group) throws IOException {
        List<Path> tops = new ArrayList<>();
        tops.add(CGROUPS);
        try (Stream<Path> controllers = Files.list(CGROUPS)) {
            controllers.filter(Files::isDirectory).forEach(tops::add);
        }
        for (Path top : tops) {
            Path directory = top.resolve(group);
            if (!Files.isSymbolicLink(top) && Files.isDirectory(directory)) {
                removeGroup(directory);
            }
        }
    }

    private static void removeGroup(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path each : tree.filter(Files::isDirectory)
                    .sorted(Comparator.reverseOrder())
                    .toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException | java.io.UncheckedIOException e) {
            LOG.debug("control group {} stays: {}", directory, e.getMessage());
        }
    }

    /// Removes the log of one run, the rotated parts too.
    public void removeLog(Pod pod, ContainerRun run) throws IOException {
        Path directory = paths.logs(pod).resolve(run.name());
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> logs = Files.list(directory)) {
            for (Path each : logs.toList()) {
                if (each.getFileName().toString().startsWith(run.attempt() + ".log")) {
                    Files.deleteIfExists(each);
                }
            }
        }
    }

    /// Puts a log aside that has grown large, and drops the oldest put aside. True when the runtime must open it anew.
    public boolean rotate(Path log) throws IOException {
        if (!Files.isRegularFile(log) || Files.size(log) < LOG_BYTES_MAX) {
            return false;
        }
        String name = log.getFileName().toString();
        for (int n = ROTATED_MAX; n >= 1; n--) {
            Path from = n == 1 ? log : log.resolveSibling(name + "." + (n - 1));
            if (Files.exists(from)) {
                Files.move(from, log.resolveSibling(name + "." + n), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return true;
    }
}
