package dev.shiplog.node.containerd;

import dev.shiplog.node.cri.CriClient;
import dev.shiplog.node.cri.CriException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs a containerd that belongs to Shiplog alone: own sockets, own state, own images; the host's is not touched.
///
/// One that still runs from before is taken over. One that dies is started again; its shims keep the containers
/// meanwhile.
public final class ContainerdLauncher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerdLauncher.class);
    private static final Duration START_MAX = Duration.ofSeconds(30);
    private static final Duration STOP_MAX = Duration.ofSeconds(15);
    private static final Duration RESTART_PAUSE = Duration.ofSeconds(1);
    private static final int CAP_SYS_RESOURCE = 24;
    private static final List<Path> PLUGIN_DIRECTORIES =
            List.of(Path.of("/usr/lib/cni"), Path.of("/opt/cni/bin"), Path.of("/usr/libexec/cni"));

    private final ContainerdPaths paths;
    private final CtrClient ctr;
    private final String snapshotter;
    private volatile boolean closing;
    private @Nullable ProcessHandle process;

    private ContainerdLauncher(ContainerdPaths paths, String snapshotter) {
        this.paths = paths;
        this.ctr = new CtrClient(paths.socket());
        this.snapshotter = snapshotter;
    }

    /// Starts it, or takes over the one that runs, and waits until it answers and has the pause image.
    public static ContainerdLauncher start(ContainerdPaths paths) throws IOException {
        Files.createDirectories(paths.root());
        Files.createDirectories(paths.networks());
        Files.createDirectories(paths.state());
        var launcher = new ContainerdLauncher(paths, snapshotter(paths.root()));
        launcher.startOrTakeOver();
        Thread.ofVirtual().name("containerd-watch").start(launcher::watch);
        return launcher;
    }

    /// The running containerd of these paths, if there is one.
    public static Optional<ProcessHandle> running(ContainerdPaths paths) {
        try {
            long pid = Long.parseLong(Files.readString(paths.pidFile()).strip());
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .filter(handle -> commandLine(pid).contains(paths.config().toString()));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    public static Optional<Path> pluginDirectory() {
        return PLUGIN_DIRECTORIES.stream()
                .filter(directory -> Files.isExecutable(directory.resolve("bridge")))
                .findFirst();
    }

    public String endpoint() {
        return paths.endpoint();
    }

    public long pid() {
        ProcessHandle current = process;
        return current == null ? -1 : current.pid();
    }

    /// Makes the images of an archive known to the runtime; returns their names.
    public List<String> importImages(Path archive) throws IOException {
        return ctr.importArchive(archive, snapshotter)
                .lines()
                .filter(line -> line.startsWith("unpacking "))
                .map(line -> line.split(" ", -1)[1])
                .toList();
    }

    /// Ends containerd; the shims keep what runs.
    @Override
    public void close() {
        closing = true;
        ProcessHandle current = process;
        if (current != null) {
            stop(current);
        }
        try {
            Files.deleteIfExists(paths.pidFile());
        } catch (IOException e) {
            LOG.warn("cannot delete {}: {}", paths.pidFile(), e.toString());
        }
    }

    /// Lets go of it without ending it: another process takes it over.
    public void release() {
        closing = true;
    }

    static void stop(ProcessHandle process) {
        process.destroy();
        try {
            process.onExit().get(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (java.util.concurrent.TimeoutException | java.util.concurrent.ExecutionException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void startOrTakeOver() throws IOException {
        process = running(paths).orElse(null);
        ProcessHandle current = process;
        if (current == null) {
            current = launch();
            process = current;
        }
        awaitReady(current);
    }

    private ProcessHandle launch() throws IOException {
        Path plugins = pluginDirectory().orElseThrow(() -> new IOException("no CNI plug-ins found"));
        Files.writeString(
                paths.config(), new ContainerdConfig(paths, plugins, snapshotter, !mayLowerOomScore()).text());
        Path log = paths.log();
        Files.createDirectories(log.toAbsolutePath().getParent());
        Files.deleteIfExists(paths.socket());
        var builder = new ProcessBuilder(
                        "setsid", "containerd", "--config", paths.config().toString())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().remove("NOTIFY_SOCKET");
        ProcessHandle started = builder.start().toHandle();
        Files.writeString(paths.pidFile(), Long.toString(started.pid()));
        return started;
    }

    private void awaitReady(ProcessHandle started) throws IOException {
        long end = System.nanoTime() + START_MAX.toNanos();
        try (var client = new CriClient(paths.endpoint())) {
            while (true) {
                if (Files.exists(paths.socket()) && answers(client)) {
                    addPauseImage(client);
                    return;
                }
                if (!started.isAlive()) {
                    throw new IOException("containerd ended at once, see " + paths.log());
                }
                if (System.nanoTime() > end) {
                    throw new IOException("containerd does not answer, see " + paths.log());
                }
                pause(Duration.ofMillis(20));
            }
        }
    }

    private static boolean answers(CriClient client) {
        try {
            client.version();
            return true;
        } catch (CriException e) {
            return false;
        }
    }

    private void addPauseImage(CriClient client) throws IOException {
        if (client.image(PauseImage.REFERENCE).isPresent()) {
            return;
        }
        ctr.importArchive(PauseImage.archive(System.getProperty("os.arch")), snapshotter);
        long end = System.nanoTime() + START_MAX.toNanos();
        while (client.image(PauseImage.REFERENCE).isEmpty()) {
            if (System.nanoTime() > end) {
                throw new IOException("containerd does not show the pause image");
            }
            pause(Duration.ofMillis(10));
        }
    }

    private void watch() {
        while (!closing) {
            ProcessHandle current = process;
            if (current != null) {
                current.onExit().join();
            }
            if (closing) {
                return;
            }
            LOG.warn("containerd ended; starting it again");
            try {
                pause(RESTART_PAUSE);
                startOrTakeOver();
            } catch (IOException e) {
                LOG.error("containerd does not start: {}", e.getMessage());
            }
        }
    }

    private static void pause(Duration time) throws IOException {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String snapshotter(Path root) throws IOException {
        boolean overlay = Files.readString(Path.of("/proc/filesystems")).contains("\toverlay\n");
        String below = Files.getFileStore(root).type();
        return overlay && !below.equals("overlay") && !below.startsWith("nfs") ? "overlayfs" : "native";
    }

    /// Whether this process has CAP_SYS_RESOURCE.
    private static boolean mayLowerOomScore() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("CapEff:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) >> CAP_SYS_RESOURCE & 1) == 1);
    }

    static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline")).replace('\0', ' ');
        } catch (IOException e) {
            return "";
        }
    }
}
