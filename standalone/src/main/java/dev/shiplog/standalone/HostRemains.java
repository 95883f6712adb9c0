package dev.shiplog.standalone;

import dev.shiplog.node.Cleanup;
import dev.shiplog.node.NodeSettings;
import dev.shiplog.node.containerd.ContainerdPaths;
import dev.shiplog.proxy.ProxyAgent;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/// What a stopped cluster with a real node still has on its host (pods, network devices, packet filter, mounts), and
/// how it
/// is taken away.
final class HostRemains {
    private final Data data;
    private final Progress progress;

    HostRemains(Data data, Progress progress) {
        this.data = data;
        this.progress = progress;
    }

    static ContainerdPaths containerd(Data data) {
        return ContainerdPaths.under(data.directory(), NodeSettings.RUN);
    }

    void remove() throws IOException {
        if (Files.isDirectory(containerd(data).root())) {
            Cleanup.run(data.directory(), NodeSettings.RUN, NodeSettings.BRIDGE);
            ProxyAgent.removeFromHost();
            progress.say("removed every pod, its network and its rules from this host");
        }
    }

    /// Deletes a directory with everything in it, and follows no link out of it.
    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException problem) throws IOException {
                if (problem != null) {
                    throw problem;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
