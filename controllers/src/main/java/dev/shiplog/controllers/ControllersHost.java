package dev.shiplog.controllers;

import dev.shiplog.controllers.namespace.RootCaReconciler;
import dev.shiplog.journal.Key;
import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Views;
import dev.shiplog.store.reconcile.ClusterHost;
import dev.shiplog.store.reconcile.Desk;
import dev.shiplog.store.reconcile.HostSettings;
import dev.shiplog.store.reconcile.NamespaceHost;
import dev.shiplog.store.reconcile.ReconcileMetrics;
import dev.shiplog.store.reconcile.Reconciler;
import dev.shiplog.store.reconcile.Resource;
import dev.shiplog.store.reconcile.StreamsHost;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The door of the role `controllers`: the namespace-local ones over `objects`, the cluster-wide ones over
/// `journal`.
public final class ControllersHost implements AutoCloseable {
    public static final String APPLICATION = "shiplog-controllers";
    static final String TENURE = "controllers";
    static final String CLUSTER_TENURE = "cluster-controllers";

    private final @Nullable StreamsHost namespaced;
    private final @Nullable StreamsHost clusterWide;

    private ControllersHost(@Nullable StreamsHost namespaced, @Nullable StreamsHost clusterWide) {
        this.namespaced = namespaced;
        this.clusterWide = clusterWide;
    }

    /// Starts the controllers that the settings name.
    ///
    /// @param views the process's own, which it shares with its other roles
    public static ControllersHost start(
            ControllerSettings settings, HostSettings host, Views views, PrometheusRegistry metrics) {
        var meter = new ReconcileMetrics(metrics);
        Catalog catalog = Catalog.builtIn();
        Function<Key, StoreName> stores = NamespaceHost.stores(catalog);
        List<Reconciler> local = running(settings, Controllers.namespaced(settings.rootCertificate()));
        List<Reconciler> wide = running(settings, Controllers.clusterWide(stores));
        @Nullable
        StreamsHost namespaced = local.isEmpty()
                ? null
                : NamespaceHost.start(host.withApplication(APPLICATION), TENURE, local, ControllersHost::read, meter);
        @Nullable
        StreamsHost clusterWide = wide.isEmpty()
                ? null
                : ClusterHost.start(
                        host.withApplication(APPLICATION + "-cluster"),
                        CLUSTER_TENURE,
                        views,
                        key -> catalog.stored(key.group(), key.resource()) != null,
                        envelope -> new Desk(envelope, wide, stores, meter));
        return new ControllersHost(namespaced, clusterWide);
    }

    private static List<Reconciler> running(ControllerSettings settings, List<Reconciler> all) {
        return all.stream().filter(settings::runs).toList();
    }

    /// Of all ConfigMaps only the published certificate authority is read.
    private static boolean read(Key key) {
        return !Resource.CONFIG_MAPS.has(key) || key.name().equals(RootCaReconciler.NAME);
    }

    /// Whether this process does its share, or stands by while others do.
    public boolean ready() {
        return (namespaced == null || namespaced.ready()) && (clusterWide == null || clusterWide.ready());
    }

    /// Both give their work back at the same time: without a broker each waits in vain.
    @Override
    public void close() {
        try (var closing = Executors.newVirtualThreadPerTaskExecutor()) {
            if (namespaced != null) {
                closing.execute(namespaced::close);
            }
            if (clusterWide != null) {
                closing.execute(clusterWide::close);
            }
        }
    }
}
