package dev.shiplog.standalone.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Where benchmarks run: clusters of their own in a directory of their own, started through the script as a
/// user would, and load generators in processes of their own. One cluster runs at a time.
final class BenchBed implements AutoCloseable {
    /// Clear of a cluster that runs on the documented ports.
    static final int PORT_OFFSET = 17_000;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long COMMAND_MAX_SECONDS = 300;

    private final Path root;
    private final Path directory;
    private final double seconds;
    private final Function<String, List<String>> loadCommand;

    /// Those of the cluster that runs; null when none does.
    private @Nullable String flags;

    private int generation;
    private @Nullable EtcdPeer etcd;
    private @Nullable JournalBroker broker;
    private int brokers;
    private final Map<List<String>, LoadProcess> loads = new HashMap<>();

    /// @param root the clone
    /// @param seconds how long a load is measured
    /// @param loadCommand the command line of a JVM of this build with the main class given
    BenchBed(Path root, double seconds, Function<String, List<String>> loadCommand) throws IOException {
        this.root = root;
        this.seconds = seconds;
        this.loadCommand = loadCommand;
        this.directory = Files.createTempDirectory("shiplog-bench-");
    }

    double seconds() {
        return seconds;
    }

    Path directory() {
        return directory;
    }

    Path data() {
        return directory.resolve("data-" + generation);
    }

    Path pki() {
        return data().resolve("pki");
    }

    int apiPort() {
        return 6443 + PORT_OFFSET;
    }

    /// A running cluster with just these flags of `up`; the one that runs already, if it has them.
    void cluster(String wanted) throws IOException, InterruptedException {
        closeBroker();
        if (!wanted.equals(flags)) {
            freshCluster(wanted);
        }
    }

    /// A cluster on new data.
    void freshCluster(String wanted) throws IOException, InterruptedException {
        purge();
        generation++;
        up(wanted);
    }

    /// Starts a cluster on the data of the one before.
    void up(String wanted) throws IOException, InterruptedException {
        flags = wanted;
        shiplog("up --detach --port-offset %d --data %s %s".formatted(PORT_OFFSET, data(), wanted));
    }

    void down() throws IOException, InterruptedException {
        shiplog("down --data " + data());
        flags = null;
    }

    void purge() throws IOException, InterruptedException {
        closeLoads();
        if (Files.exists(data())) {
            shiplog("down --purge --data " + data());
        }
        flags = null;
    }

    JsonNode status() throws IOException, InterruptedException {
        return JSON.readTree(shiplog("status --json --data " + data()));
    }

    String kubectl(String arguments) throws IOException, InterruptedException {
        return run(List.of("bash", "-c", "SHIPLOG_DATA=%s %s/shiplog kubectl %s".formatted(data(), root, arguments)));
    }

    String shiplog(String arguments) throws IOException, InterruptedException {
        return run(List.of("bash", "-c", "%s/shiplog %s".formatted(root, arguments)));
    }

    /// A load generator of this build in a process of its own, warmed up; the one that runs already, if there
    /// is one.
    ///
    /// @param servers the processes that answer it
    LoadProcess loop(Load load, List<Long> servers) throws IOException, InterruptedException {
        var command = new ArrayList<>(loadCommand.apply(load.main().getName()));
        command.addAll(load.arguments());
        LoadProcess running = loads.get(command);
        if (running == null) {
            running = LoadProcess.start(load.main().getSimpleName(), command);
            loads.put(command, running);
        }
        running.warmUp(servers, load.writers());
        return running;
    }

    /// A program that loads a server.
    ///
    /// @param writers how many will write at once
    record Load(Class<?> main, List<String> arguments, int writers) {}

    private void closeLoads() {
        loads.values().forEach(LoadProcess::close);
        loads.clear();
    }

    /// Runs a program of this build that measures once, in a process of its own.
    LoadReport load(Class<?> main, List<String> arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(loadCommand.apply(main.getName()));
        command.addAll(arguments);
        return LoadReport.parse(JSON.readTree(run(command)));
    }

    EtcdPeer etcd(boolean tls) throws IOException, InterruptedException {
        if (etcd == null || etcd.tls() != tls) {
            if (etcd != null) {
                etcd.close();
                closeLoads();
            }
            etcd = EtcdPeer.start(directory.resolve("etcd-" + (tls ? "tls" : "plain")), tls, pki());
        }
        return etcd;
    }

    /// A broker without the rest of a cluster. One runs at a time, and no cluster beside it.
    ///
    /// @param sync `EACH_APPEND` or `NEVER`
    JournalBroker broker(String sync) throws IOException, InterruptedException {
        if (broker == null || !broker.isSyncing(sync)) {
            closeBroker();
            purge();
            Path data = directory.resolve("broker-" + ++brokers);
            broker = JournalBroker.start(loadCommand.apply(JournalBroker.mainClass()), data, sync);
        }
        return broker;
    }

    private void closeBroker() {
        if (broker != null) {
            closeLoads();
            broker.close();
            broker = null;
        }
    }

    /// The options of every JVM that [#loop] and [#broker] start.
    String jvmOptions() {
        List<String> command = loadCommand.apply("");
        return String.join(" ", command.subList(1, command.indexOf("-cp")));
    }

    /// Processor seconds that all processes of the cluster have used.
    double serverCpuSeconds() throws IOException, InterruptedException {
        return Proc.cpuSeconds(pids());
    }

    List<Long> pids() throws IOException, InterruptedException {
        var pids = new ArrayList<Long>();
        for (JsonNode pid : status().path("pids")) {
            if (!pids.contains(pid.asLong())) {
                pids.add(pid.asLong());
            }
        }
        return pids;
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(COMMAND_MAX_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("this command failed: " + String.join(" ", command));
        }
        return out;
    }

    @Override
    public void close() throws IOException {
        closeLoads();
        closeBroker();
        if (etcd != null) {
            etcd.close();
        }
        try {
            purge();
            run(List.of("rm", "-rf", directory.toString()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
