package dev.shiplog.standalone.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shiplog.standalone.bench.BenchCase.Figure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A load generator in a process of its own, with [ClosedLoop] inside.
final class LoadProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// How long a load may take beyond what it was asked for: to start, to open its connections.
    private static final long PATIENCE_SECONDS = 180;

    private static final double WARM_UP_SECONDS = 3;

    /// It says two lines a round.
    private static final int LINES_MAX = 16;

    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>(LINES_MAX);

    private final String name;
    private final Map<Integer, Double> warmUps = new HashMap<>();

    private LoadProcess(Process process, String name) {
        this.process = process;
        this.name = name;
        Thread.ofVirtual().start(this::read);
    }

    /// @param name what it is called when it fails
    static LoadProcess start(String name, List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new LoadProcess(process, name);
    }

    /// Readies it and the server for measuring, once for each number of writers: another one takes other ways through
    /// the code.
    ///
    /// @param servers the processes that answer
    void warmUp(List<Long> servers, int writers) throws IOException, InterruptedException {
        if (!warmUps.containsKey(writers)) {
            var all = new ArrayList<>(servers);
            all.add(process.pid());
            warmUps.put(writers, WarmUp.run(all, () -> run(writers, WARM_UP_SECONDS, () -> 0)));
        }
    }

    /// How long they ran before anything was measured.
    double warmUpSeconds() {
        return warmUps.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /// Processor seconds that the server has used until now.
    interface CpuMeter {
        double seconds() throws IOException;
    }

    /// One round. The server's processor time is taken over the measured part of it, as the load's own is.
    Figure run(int workers, double seconds, CpuMeter server) throws IOException, InterruptedException {
        var out = process.outputWriter(StandardCharsets.UTF_8);
        out.write(workers + " " + seconds + "\n");
        out.flush();
        String begun = line(seconds);
        if (!begun.equals(ClosedLoop.MEASURING)) {
            throw new IOException(name + " said: " + begun);
        }
        double cpu = server.seconds();
        LoadReport report = LoadReport.parse(JSON.readTree(line(seconds)));
        return Figure.of(report, server.seconds() - cpu);
    }

    private String line(double seconds) throws IOException, InterruptedException {
        String line = lines.poll((long) seconds + PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (line == null || line.isEmpty()) {
            throw new IOException(name + (line == null ? " does not answer" : " has ended"));
        }
        return line;
    }

    /// An empty line says that there are no more.
    private void read() {
        try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.put(line);
            }
            lines.put("");
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        Proc.end(process);
    }
}
