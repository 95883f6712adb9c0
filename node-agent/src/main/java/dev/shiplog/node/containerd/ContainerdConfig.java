package dev.shiplog.node.containerd;

import java.nio.file.Path;

/// The text of containerd's configuration file.
///
/// @param restrictOomScore true where the kernel does not let us lower a process's chance to be killed
record ContainerdConfig(ContainerdPaths paths, Path plugins, String snapshotter, boolean restrictOomScore) {

    String text() {
        return """
                version = 2
                root = "%s"
                state = "%s"
                disabled_plugins = [
                  "io.containerd.snapshotter.v1.aufs",
                  "io.containerd.snapshotter.v1.btrfs",
                  "io.containerd.snapshotter.v1.devmapper",
                  "io.containerd.snapshotter.v1.zfs",
                  "io.containerd.internal.v1.opt",
                ]

                [grpc]
                  address = "%s"

                [ttrpc]
                  address = "%s.ttrpc"

                [debug]
                  level = "warn"

                [plugins."io.containerd.grpc.v1.cri"]
                  sandbox_image = "%s"
                  stream_server_address = "127.0.0.1"
                  stream_server_port = "0"
                  enable_tls_streaming = false
                  restrict_oom_score_adj = %s

                  [plugins."io.containerd.grpc.v1.cri".containerd]
                    snapshotter = "%s"
                    default_runtime_name = "runc"

                    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
                      runtime_type = "io.containerd.runc.v2"

                      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
                        SystemdCgroup = false

                  [plugins."io.containerd.grpc.v1.cri".cni]
                    bin_dir = "%s"
                    conf_dir = "%s"
                    max_conf_num = 1
                """.formatted(
                        paths.root(),
                        paths.state(),
                        paths.socket(),
                        paths.socket(),
                        PauseImage.REFERENCE,
                        restrictOomScore,
                        snapshotter,
                        plugins,
                        paths.networks());
    }
}
