package dev.shiplog.scheduler;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// What the scheduler reports, as metrics.
final class SchedulerMetrics implements SchedulerMeter {
    private static final String PROFILE = Cluster.SCHEDULER;
    private static final double NANOS = 1e9;

    private final Counter attempts;
    private final Gauge pending;
    private final Histogram decision;
    private final Counter conflicts;

    SchedulerMetrics(PrometheusRegistry registry) {
        attempts = Counter.builder()
                .name("scheduler_schedule_attempts_total")
                .help("Attempts to schedule pods, by result")
                .labelNames("result", "profile")
                .register(registry);
        pending = Gauge.builder()
                .name("scheduler_pending_pods")
                .help("Pods that wait for a node, by queue")
                .labelNames("queue")
                .register(registry);
        decision = Histogram.builder()
                .name("shiplog_scheduler_decision_seconds")
                .help("Time to place all pods that wait")
                .register(registry);
        conflicts = Counter.builder()
                .name("shiplog_scheduler_conflicts_total")
                .help("Requests of the scheduler that were rejected or refused")
                .register(registry);
    }

    @Override
    public long begin() {
        return System.nanoTime();
    }

    @Override
    public void decided(int pods, long mark) {
        decision.observe((System.nanoTime() - mark) / NANOS);
    }

    @Override
    public void attempted(String result, int pods) {
        attempts.labelValues(result, PROFILE).inc(pods);
    }

    @Override
    public void conflict() {
        conflicts.inc();
    }

    @Override
    public void pending(int active, int unschedulable) {
        pending.labelValues("active").set(active);
        pending.labelValues("unschedulable").set(unschedulable);
    }
}
