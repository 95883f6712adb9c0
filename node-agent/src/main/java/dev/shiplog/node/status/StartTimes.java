package dev.shiplog.node.status;

import java.time.Duration;
import java.util.Locale;

/// How long pods took from their assignment until all their containers ran, as a histogram.
public final class StartTimes {
    private static final double[] BOUNDS_SECONDS = {0.1, 0.25, 0.5, 0.8, 1, 2, 5, 10, 30, 60, 120, 300};
    private static final String NAME = "shiplog_pod_start_seconds";

    private final long[] counts = new long[BOUNDS_SECONDS.length + 1];
    private double sumSeconds;
    private long count;

    public synchronized void add(Duration time) {
        double seconds = time.toNanos() / 1e9;
        int bucket = 0;
        while (bucket < BOUNDS_SECONDS.length && seconds > BOUNDS_SECONDS[bucket]) {
            bucket++;
        }
        counts[bucket]++;
        count++;
        sumSeconds += seconds;
    }

    /// In Prometheus' text format.
    public synchronized String text() {
        var text = new StringBuilder("# HELP " + NAME + " From a pod's assignment until its containers run.\n# TYPE "
                + NAME + " histogram\n");
        long below = 0;
        for (int i = 0; i < BOUNDS_SECONDS.length; i++) {
            below += counts[i];
            text.append("%s_bucket{le=\"%s\"} %d%n".formatted(NAME, BOUNDS_SECONDS[i], below));
        }
        text.append("%s_bucket{le=\"+Inf\"} %d%n".formatted(NAME, count));
        text.append(String.format(Locale.ROOT, "%s_sum %f%n", NAME, sumSeconds));
        return text.append("%s_count %d%n".formatted(NAME, count)).toString();
    }
}
