package dev.shiplog.node.containerd;

import java.nio.file.Path;

/// Where one containerd of ours keeps its things.
///
/// @param data images and snapshots; survives a reboot
/// @param run sockets, running state and the addresses given to pods; does not
/// @param log what containerd prints
public record ContainerdPaths(Path data, Path run, Path log) {
    public static ContainerdPaths under(Path data, Path run) {
        return new ContainerdPaths(
                data.resolve("containerd"), run, data.resolve("logs").resolve("containerd.log"));
    }

    public Path socket() {
        return run.resolve("containerd.sock");
    }

    public String endpoint() {
        return "unix://" + socket();
    }

    public Path pidFile() {
        return run.resolve("containerd.pid");
    }

    public Path config() {
        return data.resolve("config.toml");
    }

    public Path root() {
        return data.resolve("root");
    }

    public Path state() {
        return run.resolve("containerd");
    }

    public Path networks() {
        return data.resolve("cni");
    }

    public Path addresses() {
        return run.resolve("cni");
    }
}
