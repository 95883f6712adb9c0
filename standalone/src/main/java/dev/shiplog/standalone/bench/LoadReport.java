package dev.shiplog.standalone.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;

/// What one run of a load came to. A load generator prints it as one JSON line; the bench reads it.
///
/// @param operations done within the measured time
/// @param seconds measured time
/// @param clientCpuSeconds processor time of the load generator itself
/// @param latency milliseconds
public record LoadReport(long operations, double seconds, long errors, double clientCpuSeconds, Latency latency) {

    /// Percentiles of a latency, in milliseconds.
    public record Latency(double p50, double p90, double p99, double max) {

        /// @param nanos need not be sorted; sorted in place
        static Latency of(long[] nanos) {
            Arrays.sort(nanos);
            return new Latency(at(nanos, 0.50), at(nanos, 0.90), at(nanos, 0.99), at(nanos, 1));
        }

        private static double at(long[] sorted, double share) {
            return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, share * sorted.length)] / 1e6;
        }

        ObjectNode json() {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("p50", round(p50))
                    .put("p90", round(p90))
                    .put("p99", round(p99))
                    .put("max", round(max));
        }

        static Latency parse(JsonNode node) {
            return new Latency(
                    node.path("p50").asDouble(),
                    node.path("p90").asDouble(),
                    node.path("p99").asDouble(),
                    node.path("max").asDouble());
        }
    }

    double perSecond() {
        return operations / seconds;
    }

    String line() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("operations", operations).put("seconds", seconds).put("errors", errors);
        node.put("clientCpuSeconds", clientCpuSeconds).set("latencyMs", latency.json());
        return node.toString();
    }

    static LoadReport parse(JsonNode node) {
        return new LoadReport(
                node.path("operations").asLong(),
                node.path("seconds").asDouble(),
                node.path("errors").asLong(),
                node.path("clientCpuSeconds").asDouble(),
                Latency.parse(node.path("latencyMs")));
    }

    static double round(double value) {
        return Math.round(value * 1_000) / 1_000.0;
    }
}
