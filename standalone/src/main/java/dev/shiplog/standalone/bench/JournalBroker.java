package dev.shiplog.standalone.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A broker with Shiplog's topics and nothing else of Shiplog, in a process of its own.
final class JournalBroker implements AutoCloseable {
    /// Clear of a cluster that runs beside.
    private static final int PORT = 29_092;

    private final Process process;
    private final Path directory;
    private final String sync;

    private JournalBroker(Process process, Path directory, String sync) {
        this.process = process;
        this.directory = directory;
        this.sync = sync;
    }

    /// Starts one on new data.
    ///
    /// @param command the command line of a JVM with [BenchBrokerMain]
    /// @param sync `EACH_APPEND` or `NEVER`
    static JournalBroker start(List<String> command, Path directory, String sync) throws IOException {
        Files.createDirectories(directory);
        var all = new ArrayList<>(command);
        all.addAll(List.of(directory.toString(), Integer.toString(PORT), sync));
        Process process = new ProcessBuilder(all)
                .redirectError(directory.resolve("log").toFile())
                .start();
        var broker = new JournalBroker(process, directory, sync);
        var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); !"ready".equals(line); line = out.readLine()) {
            if (line == null) {
                throw new IOException("the broker does not start: see " + directory.resolve("log"));
            }
        }
        return broker;
    }

    static String mainClass() {
        return BenchBrokerMain.class.getName();
    }

    boolean isSyncing(String wanted) {
        return sync.equals(wanted);
    }

    /// Client settings of the user that may append.
    Path credentials() {
        return directory.resolve("pki/api-server.properties");
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
