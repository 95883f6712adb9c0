package dev.shiplog.store.materialise;

import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.Collection;

/// The metrics of the role `store`, over both stores.
final class MaterialiserMetrics {
    private static final double[] SECONDS = {0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 20};

    private final Histogram latency;

    MaterialiserMetrics(PrometheusRegistry registry, Collection<Materialiser> materialisers) {
        latency = Histogram.builder()
                .name("shiplog_materialiser_latency_seconds")
                .help("from a record's application to the sending of its outputs")
                .unit(Unit.SECONDS)
                .classicOnly()
                .classicUpperBounds(SECONDS)
                .register(registry);
        GaugeWithCallback.builder()
                .name("shiplog_materialiser_lag_records")
                .help("journal records whose outputs are not final yet, while this process writes them")
                .callback(callback -> callback.call(materialisers.stream()
                        .filter(Materialiser::working)
                        .mapToDouble(Materialiser::lag)
                        .sum()))
                .register(registry);
        materialisers.forEach(materialiser -> materialiser.onSent(latency::observe));
    }
}
