package dev.shiplog.node.containerd;

import dev.shiplog.node.cri.CriClient;
import dev.shiplog.node.cri.CriException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes away what a containerd of ours has on the host: sandboxes, shims, mounts, running state. Images stay.
public final class ContainerdCleanup {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerdCleanup.class);
    /// Directories that shims and runc make outside of what they are told, for every containerd of a host, in the order
    /// of
    /// deletion.
    private static final List<Path> SHARED = List.of(
            Path.of("/run/containerd/s"),
            Path.of("/run/containerd/fifo"),
            Path.of("/run/containerd/runc/k8s.io"),
            Path.of("/run/containerd/runc"),
            Path.of("/run/containerd"));

    private static final int UNMOUNT_ROUNDS_MAX = 4;

    private ContainerdCleanup() {}

    /// Asks containerd first (starting it if need be), so that networks are given back in order; then removes by hand
    /// what is still there.
    public static void run(ContainerdPaths paths) throws IOException {
        if (Files.isDirectory(paths.state())
                || ContainerdLauncher.running(paths).isPresent()) {
            try (var containerd = ContainerdLauncher.start(paths);
                    var client = new CriClient(containerd.endpoint())) {
                removeSandboxes(client);
            } catch (IOException | CriException e) {
                LOG.warn("containerd cannot remove its sandboxes: {}", e.getMessage());
            }
        }
        endShims(paths);
        unmountBelow(paths.run());
        unmountBelow(paths.data());
        delete(paths.run());
        for (Path each : SHARED) {
            deleteIfEmpty(each);
        }
    }

    private static void deleteIfEmpty(Path directory) throws IOException {
        try {
            Files.deleteIfExists(directory);
        } catch (DirectoryNotEmptyException e) {
            LOG.debug("{} is in use by others", directory);
        }
    }

    /// Stops and removes every sandbox that the runtime knows.
    static void removeSandboxes(CriClient client) {
        for (var sandbox : client.sandboxes(Map.of())) {
            try {
                client.stopPodSandbox(sandbox.getId());
                client.removePodSandbox(sandbox.getId());
            } catch (CriException e) {
                LOG.warn(
                        "sandbox {} of {}: {}",
                        sandbox.getId(),
                        sandbox.getMetadata().getName(),
                        e.getMessage());
            }
        }
    }

    /// A containerd in another network namespace has a socket of the same name, and shims that are not ours.
    private static void endShims(ContainerdPaths paths) {
        String address = "-address " + paths.socket();
        Path network = networkOf("self");
        List<ProcessHandle> shims = ProcessHandle.allProcesses()
                .filter(process -> ContainerdLauncher.commandLine(process.pid()).contains("containerd-shim")
                        && ContainerdLauncher.commandLine(process.pid()).contains(address)
                        && network.equals(networkOf(Long.toString(process.pid()))))
                .toList();
        for (ProcessHandle shim : shims) {
            shim.descendants().forEach(ProcessHandle::destroyForcibly);
            ContainerdLauncher.stop(shim);
        }
    }

    /// The network namespace of a process; an empty path of one that has ended.
    private static Path networkOf(String process) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", process, "ns/net"));
        } catch (IOException e) {
            return Path.of("");
        }
    }

    /// Unmounts everything at or below `directory`, the deepest first.
    public static void unmountBelow(Path directory) throws IOException {
        for (int round = 0; round < UNMOUNT_ROUNDS_MAX; round++) {
            List<String> points = mountPoints(directory);
            if (points.isEmpty()) {
                return;
            }
            for (String point : points) {
                run("umount", "--lazy", point);
            }
        }
    }

    private static List<String> mountPoints(Path directory) throws IOException {
        String prefix = directory.toString();
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return lines.map(line -> line.split(" ", -1)[4].replace("\\040", " "))
                    .filter(point -> point.equals(prefix) || point.startsWith(prefix + "/"))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
    }

    /// Deletes a tree; symbolic links are deleted, not followed.
    public static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
