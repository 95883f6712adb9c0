package dev.shiplog.store.reconcile;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What desks report, as metrics and log lines. One per registry.
public final class ReconcileMetrics implements DeskMeter {
    private static final Logger LOG = LoggerFactory.getLogger(ReconcileMetrics.class);
    private static final double NANOS = 1e9;

    private final Counter total;
    private final Histogram seconds;
    private final Gauge queued;
    private final Gauge parked;

    public ReconcileMetrics(PrometheusRegistry registry) {
        total = Counter.builder()
                .name("shiplog_reconcile_total")
                .help("Looks of controllers at their objects, and answers to their requests, by result")
                .labelNames("controller", "result")
                .register(registry);
        seconds = Histogram.builder()
                .name("shiplog_reconcile_seconds")
                .help("Time that one look takes")
                .labelNames("controller")
                .register(registry);
        queued = Gauge.builder()
                .name("workqueue_depth")
                .help("Objects that wait for their controller to look at them")
                .labelNames("name")
                .register(registry);
        parked = Gauge.builder()
                .name("shiplog_parked_objects")
                .help("Objects set aside because their controller failed on them")
                .labelNames("controller")
                .register(registry);
    }

    @Override
    public long begin() {
        return System.nanoTime();
    }

    @Override
    public void reconciled(String controller, String result, long mark) {
        total.labelValues(controller, result).inc();
        seconds.labelValues(controller).observe((System.nanoTime() - mark) / NANOS);
    }

    @Override
    public void answered(String controller, String result) {
        total.labelValues(controller, result).inc();
    }

    @Override
    public void queued(String controller, int change) {
        queued.labelValues(controller).inc(change);
    }

    @Override
    public void parked(String controller, int change) {
        parked.labelValues(controller).inc(change);
    }

    @Override
    public void threw(String controller, String key, Throwable cause) {
        LOG.warn("{} cannot handle {}; it is set aside for a while", controller, key, cause);
    }
}
