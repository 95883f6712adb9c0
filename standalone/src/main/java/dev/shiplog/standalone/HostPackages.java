package dev.shiplog.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The Debian packages that a real node needs, and how they come onto the host.
///
/// While they are installed a `policy-rc.d` forbids their services to start (Debian Policy 9.3.3): Shiplog runs its own
/// containerd and leaves the host's services as they were.
final class HostPackages {
    private static final Path POLICY = Path.of("/usr/sbin/policy-rc.d");

    private record Need(List<String> anyOf, String why) {}

    private static final Map<String, Need> NEEDS = Map.of(
            "containerd", new Need(List.of("/usr/bin/containerd", "/usr/local/bin/containerd"), "runs containers"),
            "runc", new Need(List.of("/usr/sbin/runc", "/usr/bin/runc"), "starts one container"),
            "nftables", new Need(List.of("/usr/sbin/nft"), "routes Services"),
            "containernetworking-plugins", new Need(List.of("/usr/lib/cni/bridge"), "gives pods a network"),
            "iproute2", new Need(List.of("/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip"), "looks after network devices"));

    private static final Map<String, Need> TEST_NEEDS = Map.of(
            "busybox-static", new Need(List.of("/bin/busybox", "/usr/bin/busybox"), "is what test containers run"),
            "curl", new Need(List.of("/usr/bin/curl"), "asks Services"),
            "jq", new Need(List.of("/usr/bin/jq"), "reads JSON"),
            "etcd-server", new Need(List.of("/usr/bin/etcd"), "is what benchmarks compare with"),
            "procps", new Need(List.of("/usr/bin/pkill"), "finds processes"),
            "util-linux", new Need(List.of("/usr/bin/unshare"), "makes namespaces"));

    private final Progress progress;

    HostPackages(Progress progress) {
        this.progress = progress;
    }

    /// Installs what a real node needs and is missing, or names it.
    void ensure(boolean noInstall) throws IOException, InterruptedException {
        ensure(NEEDS, noInstall);
    }

    /// Installs what the tests need, beside what a node needs.
    void ensureForTests() throws IOException, InterruptedException {
        ensure(NEEDS, false);
        ensure(TEST_NEEDS, false);
    }

    private void ensure(Map<String, Need> needs, boolean noInstall) throws IOException, InterruptedException {
        List<String> missing = needs.entrySet().stream()
                .filter(need -> need.getValue().anyOf().stream().noneMatch(file -> Files.isExecutable(Path.of(file))))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        if (missing.isEmpty()) {
            return;
        }
        String names = String.join(" ", missing);
        if (noInstall || !Files.isExecutable(Path.of("/usr/bin/apt-get"))) {
            throw new Stop(
                    ExitCode.PREREQUISITE,
                    "these packages are missing: " + names,
                    noInstall
                            ? "Install them, or leave out --no-install"
                            : "Install them with this system's package tool");
        }
        needs.forEach((name, need) -> {
            if (missing.contains(name)) {
                progress.say("installing the package %s (%s)".formatted(name, need.why()));
            }
        });
        boolean ours = forbidServices();
        try {
            run(List.of("apt-get", "update", "-q"), names);
            run(
                    Stream.concat(
                                    Stream.of("apt-get", "install", "-q", "-y", "--no-install-recommends"),
                                    missing.stream())
                            .toList(),
                    names);
        } finally {
            if (ours) {
                Files.delete(POLICY);
            }
        }
    }

    private static boolean forbidServices() throws IOException {
        if (Files.exists(POLICY)) {
            return false;
        }
        Files.writeString(POLICY, "#!/bin/sh\nexit 101\n");
        Files.setPosixFilePermissions(POLICY, PosixFilePermissions.fromString("rwxr-xr-x"));
        return true;
    }

    private static void run(List<String> command, String names) throws IOException, InterruptedException {
        Path log = Files.createTempFile("shiplog-apt", ".log");
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
        if (builder.start().waitFor() != 0) {
            throw new Stop(
                    ExitCode.PREREQUISITE,
                    "these packages could not be installed: %s (see %s)".formatted(names, log),
                    "Install them by hand, then run it again");
        }
        Files.delete(log);
    }
}
