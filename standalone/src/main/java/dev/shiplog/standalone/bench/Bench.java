package dev.shiplog.standalone.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/// A run of benchmarks, and its answer.
///
/// @param prefixes select the cases; empty = all
/// @param etcd whether etcd is measured beside
/// @param loadCommand the command line of a JVM of this build with the main class given
public record Bench(
        Path root,
        List<String> prefixes,
        int runs,
        double seconds,
        boolean etcd,
        String commit,
        Function<String, List<String>> loadCommand) {

    /// The names of the cases that the prefixes select.
    public List<String> names() {
        return selected().stream().map(BenchCase::name).toList();
    }

    /// Whether a case that is selected wants etcd beside it, and there is none on this host.
    public boolean lacksPeer() {
        return etcd
                && selected().stream().anyMatch(benchmark -> benchmark.peer() != null)
                && EtcdPeer.name().isEmpty();
    }

    /// Runs the cases; `report` is told each one's result when it is there.
    public ObjectNode run(Consumer<ObjectNode> report) throws Exception {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("bench", prefixes.isEmpty() ? "all" : String.join(",", prefixes));
        answer.put("commit", commit).put("startedAt", Instant.now().toString());
        answer.set("machine", machine());
        ArrayNode bypasses = answer.putArray("bypasses");
        ArrayNode cases = answer.putArray("cases");
        try (var bed = new BenchBed(root, seconds, loadCommand)) {
            var runner = new BenchRunner(bed, runs, etcd ? EtcdPeer.name() : "");
            for (BenchCase benchmark : selected()) {
                ObjectNode result = runner.run(benchmark);
                if (benchmark.name().startsWith("journal/put/none/")) {
                    bypasses.add(benchmark.name() + ": the broker does not sync to disk");
                }
                cases.add(result);
                report.accept(result);
            }
        }
        return answer;
    }

    private List<BenchCase> selected() {
        return new Cases(root)
                .all().stream()
                        .filter(benchmark ->
                                prefixes.isEmpty() || prefixes.stream().anyMatch(benchmark.name()::startsWith))
                        .toList();
    }

    private static ObjectNode machine() throws IOException {
        ObjectNode machine = JsonNodeFactory.instance.objectNode();
        machine.put("cores", Runtime.getRuntime().availableProcessors());
        machine.put("memoryMiB", number("/proc/meminfo", "MemTotal:") / 1_024);
        machine.put("cpu", text("/proc/cpuinfo", "model name"));
        machine.put("kernel", System.getProperty("os.version"));
        machine.put("jdk", Runtime.version().toString());
        String load = Files.readString(Path.of("/proc/loadavg"));
        machine.put("loadBefore", Double.parseDouble(load.substring(0, load.indexOf(' '))));
        return machine;
    }

    private static long number(String file, String field) throws IOException {
        return Long.parseLong(text(file, field).replaceAll("\\D", ""));
    }

    private static String text(String file, String field) throws IOException {
        return Files.readAllLines(Path.of(file)).stream()
                .filter(line -> line.startsWith(field))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("0");
    }
}
