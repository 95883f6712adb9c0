package dev.shiplog.node.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.node.cri.CriClient;
import dev.shiplog.node.cri.PodFiles;
import dev.shiplog.node.cri.v1.LinuxPodSandboxConfig;
import dev.shiplog.node.cri.v1.LinuxSandboxSecurityContext;
import dev.shiplog.node.cri.v1.NamespaceMode;
import dev.shiplog.node.cri.v1.NamespaceOption;
import dev.shiplog.node.cri.v1.PodSandboxConfig;
import dev.shiplog.node.cri.v1.PodSandboxMetadata;
import dev.shiplog.node.cri.v1.PodSandboxState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("full")
class ContainerdLauncherTest {
    private Path directory;
    private ContainerdPaths paths;

    @BeforeEach
    void choosePaths() throws IOException {
        directory = Files.createTempDirectory(Path.of("/tmp"), "shiplog-c");
        paths = ContainerdPaths.under(directory.resolve("data"), directory.resolve("run"));
    }

    @AfterEach
    void removeEverything() throws IOException {
        ContainerdCleanup.run(paths);
        assertThat(directory.resolve("run")).doesNotExist();
        ContainerdCleanup.delete(directory);
        PodFiles.removeGroups("shiplog-test");
    }

    @Test
    void thePauseImageNeedsNoRegistry() throws IOException {
        try (var containerd = ContainerdLauncher.start(paths);
                var client = new CriClient(containerd.endpoint())) {
            String sandbox = client.runPodSandbox(hostNetworkSandbox());

            assertThat(client.podSandboxStatus(sandbox, false).getStatus().getState())
                    .isEqualTo(PodSandboxState.SANDBOX_READY);
            client.stopPodSandbox(sandbox);
            client.removePodSandbox(sandbox);
        }
    }

    @Test
    void aRunningContainerdIsTakenOverAndItsSandboxesOutliveIt() throws IOException {
        String sandbox;
        long pid;
        try (var client = new CriClient(paths.endpoint())) {
            var first = ContainerdLauncher.start(paths);
            pid = first.pid();
            sandbox = client.runPodSandbox(hostNetworkSandbox());
            first.release();
        }

        try (var second = ContainerdLauncher.start(paths)) {
            assertThat(second.pid()).isEqualTo(pid);
        }
        try (var third = ContainerdLauncher.start(paths);
                var client = new CriClient(third.endpoint())) {
            assertThat(third.pid()).isNotEqualTo(pid);
            assertThat(client.podSandboxStatus(sandbox, false).getStatus().getState())
                    .isEqualTo(PodSandboxState.SANDBOX_READY);
        }
    }

    static PodSandboxConfig hostNetworkSandbox() {
        return PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName("alone")
                        .setNamespace("default")
                        .setUid("uid-1"))
                .setLinux(LinuxPodSandboxConfig.newBuilder()
                        .setCgroupParent("/shiplog-test")
                        .setSecurityContext(LinuxSandboxSecurityContext.newBuilder()
                                .setNamespaceOptions(NamespaceOption.newBuilder()
                                        .setNetwork(NamespaceMode.NODE)
                                        .setPid(NamespaceMode.CONTAINER))))
                .build();
    }
}
