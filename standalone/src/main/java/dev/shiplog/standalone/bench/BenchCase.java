package dev.shiplog.standalone.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One thing that is measured, and what is expected of it.
///
/// @param name as `bench` takes it; a prefix selects
/// @param higherIsBetter which way is good
/// @param targets all of them have to be met; the first is the case's main one
/// @param subject measures Shiplog once
/// @param peer measures the peer once, by the same load; null when there is none
record BenchCase(
        String name,
        String unit,
        boolean higherIsBetter,
        List<Target> targets,
        Measurement subject,
        @Nullable Measurement peer) {

    /// @param of `ratio`, `p99Ratio` (to the peer's), `median`, `latencyMs.p50`, `latencyMs.p99`
    /// @param atLeast whether the figure must not be less than `value`; else not more
    record Target(String of, boolean atLeast, double value) {
        static Target ratio(double value) {
            return new Target("ratio", true, value);
        }

        static Target atMost(String of, double value) {
            return new Target(of, false, value);
        }

        boolean metBy(double figure) {
            return atLeast ? figure >= value : figure <= value;
        }

        String operator() {
            return atLeast ? ">=" : "<=";
        }
    }

    /// One run's figure, in the case's unit, with what else is known of it.
    record Figure(
            double value,
            LoadReport.@Nullable Latency latency,
            long errors,
            double serverCpuPerThousand,
            double clientCpuPerThousand,
            @Nullable ObjectNode details) {

        static Figure of(double value) {
            return new Figure(value, null, 0, 0, 0, null);
        }

        Figure with(ObjectNode told) {
            return new Figure(value, latency, errors, serverCpuPerThousand, clientCpuPerThousand, told);
        }

        static Figure of(LoadReport report, double serverCpuSeconds) {
            double thousands = Math.max(1, report.operations()) / 1_000.0;
            return new Figure(
                    report.perSecond(),
                    report.latency(),
                    report.errors(),
                    serverCpuSeconds / thousands,
                    report.clientCpuSeconds() / thousands,
                    null);
        }
    }

    interface Measurement {
        Figure run(BenchBed bed) throws Exception;
    }
}
