package dev.shiplog.standalone.bench;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// An etcd on loopback, with its default durability: every commit is synced to disk.
final class EtcdPeer implements AutoCloseable {
    private static final int PORT = 23_790;
    private static final int READY_MAX_MILLIS = 20_000;

    private final Process process;
    private final boolean tls;
    private final Path directory;
    private final List<String> command;

    private EtcdPeer(Process process, boolean tls, Path directory, List<String> command) {
        this.process = process;
        this.tls = tls;
        this.directory = directory;
        this.command = List.copyOf(command);
    }

    /// @param pki where a CA with `api-server` and `admin` certificates lies, used when `tls`
    static EtcdPeer start(Path directory, boolean tls, Path pki) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        String scheme = tls ? "https" : "http";
        var command = new ArrayList<>(List.of(
                "etcd",
                "--data-dir",
                directory.resolve("data").toString(),
                "--listen-client-urls",
                "%s://127.0.0.1:%d".formatted(scheme, PORT),
                "--advertise-client-urls",
                "%s://127.0.0.1:%d".formatted(scheme, PORT),
                "--listen-peer-urls",
                "http://127.0.0.1:%d".formatted(PORT + 1),
                "--initial-advertise-peer-urls",
                "http://127.0.0.1:%d".formatted(PORT + 1),
                "--initial-cluster",
                "default=http://127.0.0.1:%d".formatted(PORT + 1)));
        if (tls) {
            for (String[] copy :
                    new String[][] {{"ca.crt", "ca.crt"}, {"admin.crt", "client.crt"}, {"admin.key", "client.key"}}) {
                Files.copy(pki.resolve(copy[0]), directory.resolve(copy[1]), StandardCopyOption.REPLACE_EXISTING);
            }
            command.addAll(List.of(
                    "--cert-file",
                    pki.resolve("api-server.crt").toString(),
                    "--key-file",
                    pki.resolve("api-server.key").toString(),
                    "--trusted-ca-file",
                    pki.resolve("ca.crt").toString(),
                    "--client-cert-auth"));
        }
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        var peer = new EtcdPeer(process, tls, directory, command);
        peer.awaitPort();
        return peer;
    }

    private void awaitPort() throws IOException, InterruptedException {
        for (int waited = 0; waited < READY_MAX_MILLIS; waited += 50) {
            if (Files.readString(directory.resolve("log")).contains("ready to serve client requests")) {
                try (var _ = new Socket(InetAddress.getLoopbackAddress(), PORT)) {
                    return;
                }
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new IOException("etcd is not ready: see " + directory.resolve("log"));
    }

    /// `etcd 3.4.23`, or empty when there is none on this host.
    static String name() {
        try {
            Process version = new ProcessBuilder("etcd", "--version")
                    .redirectErrorStream(true)
                    .start();
            String text = new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String first = text.lines().findFirst().orElse("");
            return first.startsWith("etcd Version: ")
                    ? "etcd " + first.substring(14).strip()
                    : "";
        } catch (IOException _) {
            return "";
        }
    }

    boolean tls() {
        return tls;
    }

    /// How it was started.
    String commandLine() {
        return String.join(" ", command);
    }

    int port() {
        return PORT;
    }

    /// The directory that [EtcdLoadMain] takes.
    String credentials() {
        return tls ? directory.toString() : "-";
    }

    long pid() {
        return process.pid();
    }

    double cpuSeconds() throws IOException {
        return Proc.cpuSeconds(process.pid());
    }

    @Override
    public void close() {
        Proc.end(process);
    }
}
