package dev.shiplog.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shiplog.standalone.bench.Bench;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `shiplog bench`: measures this build, and etcd beside it.
@Command(name = "bench", description = "Measure this build.")
final class BenchCommand implements Callable<Integer> {
    @Mixin
    private Common common = new Common();

    @Parameters(arity = "0..*", paramLabel = "CASES", description = "prefixes of cases (default: all)")
    private List<String> cases = List.of();

    @Option(names = "--runs", paramLabel = "N", description = "how often (default: 3)")
    private int runs = 3;

    @Option(names = "--seconds", paramLabel = "N", description = "how long a load is measured (default: 5)")
    private double seconds = 5;

    @Option(names = "--peer", paramLabel = "etcd|none", description = "what is measured beside (default: etcd)")
    private String peer = "etcd";

    @Option(names = "--check", description = "exit 1 if a target is not met")
    private boolean check;

    @Override
    public Integer call() throws Exception {
        if (runs < 1 || seconds <= 0 || !List.of("etcd", "none").contains(peer)) {
            throw new Stop(ExitCode.USAGE, "--runs, --seconds or --peer makes no sense", "See ./shiplog bench --help");
        }
        var bench = new Bench(
                Installation.root(),
                cases,
                runs,
                seconds,
                peer.equals("etcd"),
                Version.commit(),
                main -> Installation.jvm(Installation.Purpose.SERVER, main, List.of()));
        if (bench.names().isEmpty()) {
            throw new Stop(ExitCode.USAGE, "no case begins with " + cases, "See the names in docs/benchmarks.md");
        }
        if (bench.lacksPeer()) {
            throw new Stop(
                    ExitCode.PREREQUISITE,
                    "no etcd found on PATH to measure beside",
                    "Install etcd-server, or give --peer none");
        }
        ObjectNode answer = bench.run(result -> System.err.println("shiplog: " + line(result)));
        if (common.json) {
            System.out.println(answer);
        } else {
            answer.path("cases").forEach(result -> System.out.println(line(result)));
        }
        boolean unmet = false;
        for (JsonNode result : answer.path("cases")) {
            unmet |= result.has("met") && !result.path("met").asBoolean();
        }
        return (check && unmet ? ExitCode.FAILED : ExitCode.DONE).code();
    }

    private static String line(JsonNode result) {
        JsonNode latency = result.path("latencyMs");
        String peer = result.has("ratio")
                ? "   %s %.0f, ratio %.2f"
                        .formatted(
                                result.path("peer").path("name").asText(),
                                result.path("peer").path("median").asDouble(),
                                result.path("ratio").asDouble())
                : "";
        String percentiles = latency.isMissingNode()
                ? ""
                : "   p50 %.2f ms, p99 %.2f ms"
                        .formatted(
                                latency.path("p50").asDouble(),
                                latency.path("p99").asDouble());
        String met = result.has("met") ? (result.path("met").asBoolean() ? "   met" : "   NOT MET") : "";
        return String.format(
                Locale.ROOT,
                "%-28s %10.2f %-12s%s%s%s",
                result.path("case").asText(),
                result.path("median").asDouble(),
                result.path("unit").asText(),
                percentiles,
                peer,
                met);
    }
}
