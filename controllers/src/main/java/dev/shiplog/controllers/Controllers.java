package dev.shiplog.controllers;

import dev.shiplog.controllers.endpoints.EndpointSliceReconciler;
import dev.shiplog.controllers.endpoints.EndpointsReconciler;
import dev.shiplog.controllers.garbage.EventExpiryReconciler;
import dev.shiplog.controllers.garbage.GarbageReconciler;
import dev.shiplog.controllers.namespace.NamespaceReconciler;
import dev.shiplog.controllers.namespace.RootCaReconciler;
import dev.shiplog.controllers.namespace.ServiceAccountReconciler;
import dev.shiplog.controllers.node.EvictionReconciler;
import dev.shiplog.controllers.node.NodeReconciler;
import dev.shiplog.controllers.node.PodRangeReconciler;
import dev.shiplog.controllers.workload.DeploymentReconciler;
import dev.shiplog.controllers.workload.ReplicaSetReconciler;
import dev.shiplog.journal.Key;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.reconcile.Reconciler;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// All controllers, by the host they run in.
public final class Controllers {
    private Controllers() {}

    /// Those that need only what is in one namespace.
    public static List<Reconciler> namespaced(String rootCertificate) {
        return List.of(
                new DeploymentReconciler(),
                new ReplicaSetReconciler(),
                new EndpointsReconciler(),
                new EndpointSliceReconciler(),
                new ServiceAccountReconciler(),
                new RootCaReconciler(rootCertificate));
    }

    /// Those that must see everything.
    public static List<Reconciler> clusterWide(Function<Key, StoreName> stores) {
        return List.of(
                new NamespaceReconciler(stores),
                new GarbageReconciler(stores),
                new NodeReconciler(),
                new PodRangeReconciler(),
                new EvictionReconciler(),
                new EventExpiryReconciler());
    }

    /// As `--controllers` and service accounts name them.
    public static List<String> names() {
        return Stream.concat(namespaced("").stream(), clusterWide(_ -> StoreName.MAIN).stream())
                .map(Reconciler::name)
                .sorted()
                .toList();
    }
}
