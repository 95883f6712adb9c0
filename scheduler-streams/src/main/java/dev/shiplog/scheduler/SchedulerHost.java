package dev.shiplog.scheduler;

import dev.shiplog.store.Views;
import dev.shiplog.store.reconcile.ClusterHost;
import dev.shiplog.store.reconcile.HostSettings;
import dev.shiplog.store.reconcile.Resource;
import dev.shiplog.store.reconcile.StreamsHost;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// The door of the role `scheduler`.
public final class SchedulerHost implements AutoCloseable {
    public static final String APPLICATION = "shiplog-scheduler";
    static final String TENURE = "scheduler";

    private final StreamsHost host;

    private SchedulerHost(StreamsHost host) {
        this.host = host;
    }

    /// Starts the scheduler, or a standby of it.
    ///
    /// @param views the process's own, which it shares with its other roles
    public static SchedulerHost start(HostSettings settings, Views views, PrometheusRegistry metrics) {
        var meter = new SchedulerMetrics(metrics);
        return new SchedulerHost(ClusterHost.start(
                settings.withApplication(APPLICATION),
                TENURE,
                views,
                key -> Resource.PODS.has(key) || Resource.NODES.has(key),
                envelope -> new Scheduler(envelope, meter)));
    }

    /// Whether it is at work, or stands by while another process is.
    public boolean ready() {
        return host.ready();
    }

    @Override
    public void close() {
        host.close();
    }
}
