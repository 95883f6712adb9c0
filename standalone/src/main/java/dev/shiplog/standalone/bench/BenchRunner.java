package dev.shiplog.standalone.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Runs cases, Shiplog and its peer in turn, and writes the answer of `bench --json`.
final class BenchRunner {
    private final BenchBed bed;
    private final int runs;
    private final String peerName;

    /// @param peerName as it stands in the answer; empty = no peer is measured
    BenchRunner(BenchBed bed, int runs, String peerName) {
        this.bed = bed;
        this.runs = runs;
        this.peerName = peerName;
    }

    ObjectNode run(BenchCase benchmark) throws Exception {
        var ours = new ArrayList<BenchCase.Figure>();
        var theirs = new ArrayList<BenchCase.Figure>();
        for (int run = 0; run < runs; run++) {
            ours.add(benchmark.subject().run(bed));
            if (benchmark.peer() != null && !peerName.isEmpty()) {
                theirs.add(benchmark.peer().run(bed));
            }
        }
        return describe(benchmark, ours, theirs);
    }

    private ObjectNode describe(BenchCase benchmark, List<BenchCase.Figure> ours, List<BenchCase.Figure> theirs) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("case", benchmark.name()).put("unit", benchmark.unit());
        node.put("better", benchmark.higherIsBetter() ? "higher" : "lower");
        figures(node, ours);
        BenchCase.Figure middle = median(ours);
        if (!theirs.isEmpty()) {
            BenchCase.Figure other = median(theirs);
            figures(node.putObject("peer").put("name", peerName), theirs);
            node.put(
                    "ratio",
                    LoadReport.round(
                            benchmark.higherIsBetter()
                                    ? middle.value() / other.value()
                                    : other.value() / middle.value()));
            if (middle.latency() != null && other.latency() != null) {
                node.put(
                        "p99Ratio",
                        LoadReport.round(
                                middle.latency().p99() / other.latency().p99()));
            }
        }
        targets(node, benchmark.targets());
        return node;
    }

    /// A case that had errors has met nothing.
    private static void targets(ObjectNode node, List<BenchCase.Target> targets) {
        boolean met = node.path("errors").asLong() == 0;
        boolean judged = false;
        for (BenchCase.Target target : targets) {
            ObjectNode described = JsonNodeFactory.instance
                    .objectNode()
                    .put("of", target.of())
                    .put("op", target.operator())
                    .put("value", target.value());
            if (node.has("target")) {
                node.withArray("furtherTargets").add(described);
            } else {
                node.set("target", described);
            }
            JsonNode figure = node.at("/" + target.of().replace('.', '/'));
            if (figure.isNumber()) {
                judged = true;
                met &= target.metBy(figure.asDouble());
            }
        }
        if (judged) {
            node.put("met", met);
        }
    }

    private static void figures(ObjectNode node, List<BenchCase.Figure> figures) {
        ArrayNode runs = node.putArray("runs");
        figures.forEach(figure -> runs.add(LoadReport.round(figure.value())));
        BenchCase.Figure middle = median(figures);
        node.put("median", LoadReport.round(middle.value()));
        LoadReport.Latency latency = middle.latency();
        if (latency != null) {
            node.set("latencyMs", latency.json());
        }
        node.put("errors", figures.stream().mapToLong(BenchCase.Figure::errors).sum());
        ObjectNode cpu = node.putObject("cpuSecondsPerThousand");
        cpu.put("server", micros(middle.serverCpuPerThousand()));
        cpu.put("client", micros(middle.clientCpuPerThousand()));
        if (middle.details() != null) {
            node.set("details", middle.details());
        }
    }

    private static double micros(double seconds) {
        return Math.round(seconds * 1e6) / 1e6;
    }

    private static BenchCase.Figure median(List<BenchCase.Figure> figures) {
        List<BenchCase.Figure> sorted = figures.stream()
                .sorted(Comparator.comparingDouble(BenchCase.Figure::value))
                .toList();
        return sorted.get(sorted.size() / 2);
    }
}
