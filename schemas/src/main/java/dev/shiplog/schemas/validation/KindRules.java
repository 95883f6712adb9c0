package dev.shiplog.schemas.validation;

import dev.shiplog.apps.v1.ControllerRevision;
import dev.shiplog.apps.v1.Deployment;
import dev.shiplog.apps.v1.ReplicaSet;
import dev.shiplog.authentication_k8s_io.v1.TokenRequest;
import dev.shiplog.coordination_k8s_io.v1.Lease;
import dev.shiplog.core.v1.Binding;
import dev.shiplog.core.v1.ConfigMap;
import dev.shiplog.core.v1.Endpoints;
import dev.shiplog.core.v1.Event;
import dev.shiplog.core.v1.Namespace;
import dev.shiplog.core.v1.Node;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.Secret;
import dev.shiplog.core.v1.Service;
import dev.shiplog.discovery_k8s_io.v1.EndpointSlice;
import dev.shiplog.meta.v1.DeleteOptions;
import org.apache.avro.generic.IndexedRecord;

/// Leads to the rules of each kind that has more than its schema can say. A kind that is not here needs none.
final class KindRules {
    private KindRules() {}

    /// What must hold of an object at any time.
    static void check(IndexedRecord object, Causes causes) {
        switch (object) {
            case Pod pod -> PodRules.check(pod.spec(), pod.metadata().annotations(), Path.of("spec"), causes);
            case Deployment deployment -> WorkloadRules.check(deployment, causes);
            case ReplicaSet set -> WorkloadRules.check(set, causes);
            case ControllerRevision revision -> WorkloadRules.check(revision, causes);
            case Service service -> ServiceRules.check(service, causes);
            case ConfigMap map -> ConfigRules.check(map, causes);
            case Secret secret -> ConfigRules.check(secret, causes);
            case Endpoints endpoints -> EndpointRules.check(endpoints, causes);
            case EndpointSlice slice -> EndpointRules.check(slice, causes);
            case Lease lease -> LeaseRules.check(lease, causes);
            case Namespace namespace -> NamespaceRules.check(namespace, causes);
            case Node node -> NodeRules.check(node, causes);
            case Event event -> EventRules.check(event, causes);
            case Binding binding -> RequestRules.check(binding, causes);
            case TokenRequest request -> RequestRules.check(request, causes);
            case DeleteOptions options -> RequestRules.check(options, causes);
            default -> {}
        }
    }

    /// What must hold besides when it is created.
    static void create(IndexedRecord object, Causes causes) {
        if (object instanceof Pod pod) {
            PodRules.create(pod, causes);
        }
    }

    /// What may not change.
    static void update(IndexedRecord old, IndexedRecord now, Causes causes) {
        switch (now) {
            case Pod pod when old instanceof Pod before -> PodUpdateRules.update(before, pod, causes);
            case Service service when old instanceof Service before -> ServiceRules.update(before, service, causes);
            case ConfigMap map when old instanceof ConfigMap before -> ConfigRules.update(before, map, causes);
            case Secret secret when old instanceof Secret before -> ConfigRules.update(before, secret, causes);
            case Node node when old instanceof Node before -> NodeRules.update(before, node, causes);
            default -> {}
        }
    }

    /// What must hold when the status is written.
    static void status(IndexedRecord now, Causes causes) {
        switch (now) {
            case Deployment deployment -> WorkloadRules.status(deployment.status(), causes);
            case ReplicaSet set -> WorkloadRules.status(set.status(), causes);
            case Namespace namespace -> NamespaceRules.status(namespace, causes);
            case Pod pod -> PodUpdateRules.status(pod, causes);
            default -> {}
        }
    }
}
