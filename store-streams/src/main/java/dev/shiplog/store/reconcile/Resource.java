package dev.shiplog.store.reconcile;

import dev.shiplog.apps.v1.Deployment;
import dev.shiplog.apps.v1.ReplicaSet;
import dev.shiplog.coordination_k8s_io.v1.Lease;
import dev.shiplog.core.v1.ConfigMap;
import dev.shiplog.core.v1.Endpoints;
import dev.shiplog.core.v1.Event;
import dev.shiplog.core.v1.Namespace;
import dev.shiplog.core.v1.Node;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.Service;
import dev.shiplog.core.v1.ServiceAccount;
import dev.shiplog.discovery_k8s_io.v1.EndpointSlice;
import dev.shiplog.journal.Key;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.Typed;

/// A table that reconcilers read: one kind with the Java type of its objects.
public record Resource<T extends Typed>(
        String group, String version, String plural, String kind, Class<T> type, StoreName store) {

    public static final Resource<Namespace> NAMESPACES = core("namespaces", "Namespace", Namespace.class);
    public static final Resource<Node> NODES = core("nodes", "Node", Node.class);
    public static final Resource<Pod> PODS = core("pods", "Pod", Pod.class);
    public static final Resource<Service> SERVICES = core("services", "Service", Service.class);
    public static final Resource<Endpoints> ENDPOINTS = core("endpoints", "Endpoints", Endpoints.class);
    public static final Resource<ConfigMap> CONFIG_MAPS = core("configmaps", "ConfigMap", ConfigMap.class);
    public static final Resource<ServiceAccount> SERVICE_ACCOUNTS =
            core("serviceaccounts", "ServiceAccount", ServiceAccount.class);
    public static final Resource<Deployment> DEPLOYMENTS =
            new Resource<>("apps", "v1", "deployments", "Deployment", Deployment.class, StoreName.MAIN);
    public static final Resource<ReplicaSet> REPLICA_SETS =
            new Resource<>("apps", "v1", "replicasets", "ReplicaSet", ReplicaSet.class, StoreName.MAIN);
    public static final Resource<EndpointSlice> ENDPOINT_SLICES = new Resource<>(
            "discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", EndpointSlice.class, StoreName.MAIN);
    public static final Resource<Event> EVENTS =
            new Resource<>("", "v1", "events", "Event", Event.class, StoreName.EPHEMERAL);
    public static final Resource<Lease> LEASES =
            new Resource<>("coordination.k8s.io", "v1", "leases", "Lease", Lease.class, StoreName.EPHEMERAL);

    private static <T extends Typed> Resource<T> core(String plural, String kind, Class<T> type) {
        return new Resource<>("", "v1", plural, kind, type, StoreName.MAIN);
    }

    /// As it stands in an object's `apiVersion`.
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    public Key key(String namespace, String name) {
        return new Key(group, plural, namespace, name);
    }

    public boolean has(Key key) {
        return key.resource().equals(plural) && key.group().equals(group);
    }
}
