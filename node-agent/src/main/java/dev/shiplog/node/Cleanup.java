package dev.shiplog.node;

import dev.shiplog.node.containerd.ContainerdCleanup;
import dev.shiplog.node.containerd.ContainerdPaths;
import dev.shiplog.node.cri.PodFiles;
import dev.shiplog.node.network.NetworkHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Removes every pod, and everything that a node agent leaves on its host beside DATA: what `down --pods` does. Doing
/// it
/// again does nothing. The agent must have been closed before.
public final class Cleanup {
    private Cleanup() {}

    public static void run(Path data, Path run, String bridge) throws IOException {
        var paths = ContainerdPaths.under(data, run);
        ContainerdCleanup.run(paths);
        NetworkHost.remove(bridge);
        PodFiles.removeGroups("shiplog");
        ContainerdCleanup.unmountBelow(data.resolve("pods"));
        ContainerdCleanup.delete(data.resolve("pods"));
        ContainerdCleanup.delete(data.resolve("logs").resolve("pods"));
        Files.deleteIfExists(paths.networks().resolve("10-shiplog.conflist"));
    }
}
