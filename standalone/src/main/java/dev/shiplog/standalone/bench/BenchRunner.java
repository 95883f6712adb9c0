package dev.shiplog.standalone.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
        node.put("errors", ours.stream().mapToLong(BenchCase.Figure::errors).sum());
        ObjectNode cpu = node.putObject("cpuSecondsPerThousand");
        cpu.put("server", LoadReport.round(middle.serverCpuPerThousand()));
        cpu.put("client", LoadReport.round(middle.clientCpuPerThousand()));
        double ratio = Double.NaN;
        if (!theirs.isEmpty()) {
            ObjectNode peer = node.putObject("peer");
            peer.put("name", peerName);
            figures(peer, theirs);
            double other = median(theirs).value();
            ratio = benchmark.higherIsBetter() ? middle.value() / other : other / middle.value();
            node.put("ratio", LoadReport.round(ratio));
        }
        BenchCase.Target target = benchmark.target();
        if (target != null) {
            node.putObject("target")
                    .put("of", target.of())
                    .put("op", target.operator())
                    .put("value", target.value());
            Double figure = figureOf(target.of(), middle, ratio);
            if (figure != null) {
                node.put("met", target.metBy(figure));
            }
        }
        if (middle.details() != null) {
            node.set("details", middle.details());
        }
        return node;
    }

    private static @Nullable Double figureOf(String of, BenchCase.Figure figure, double ratio) {
        LoadReport.Latency latency = figure.latency();
        return switch (of) {
            case "ratio" -> Double.isNaN(ratio) ? null : Double.valueOf(ratio);
            case "latencyMs.p50" -> latency == null ? null : Double.valueOf(latency.p50());
            case "latencyMs.p99" -> latency == null ? null : Double.valueOf(latency.p99());
            default -> figure.value();
        };
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
    }

    private static BenchCase.Figure median(List<BenchCase.Figure> figures) {
        List<BenchCase.Figure> sorted = figures.stream()
                .sorted(Comparator.comparingDouble(BenchCase.Figure::value))
                .toList();
        return sorted.get(sorted.size() / 2);
    }
}
