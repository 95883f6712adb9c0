package dev.shiplog.api.admission;

import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.core.v1.Node;

/// The agent of a node creates its own Node and Lease only, and cannot make pods come to it or stay away. Authorization
/// cannot see to that: the name of what is created stands in the body. After Kubernetes' admission plug-in
/// `NodeRestriction`.
public final class NodeRestriction implements Admission {
    /// Labels that administrators alone give to nodes, to keep workloads apart.
    private static final String RESERVED_LABELS = "node-restriction.kubernetes.io/";

    @Override
    public ApiObject admit(Attempt attempt) {
        String node = attempt.circumstances().actor().nodeName();
        if (!node.isEmpty()) {
            if (attempt.of("", "nodes")) {
                refuseForeignNode(attempt, node);
            } else if (attempt.of("coordination.k8s.io", "leases")) {
                refuseForeignName(
                        attempt, node, "can only access node lease with the same name as the requesting node");
            }
        }
        return attempt.object();
    }

    private static void refuseForeignNode(Attempt attempt, String node) {
        String name = attempt.object().meta().name();
        refuseForeignName(attempt, node, "node \"%s\" is not allowed to modify node \"%s\"".formatted(node, name));
        ApiObject before = attempt.old();
        Node now = (Node) attempt.object().content();
        Node old = before == null ? Node.EMPTY : (Node) before.content();
        if (before != null && !now.spec().taints().equals(old.spec().taints())) {
            throw forbidden(attempt, "node \"" + node + "\" is not allowed to modify taints");
        }
        now.metadata().labels().forEach((label, value) -> {
            boolean reserved = label.startsWith(RESERVED_LABELS);
            if (reserved && !value.equals(old.metadata().labels().get(label))) {
                throw forbidden(
                        attempt, "node \"%s\" is not allowed to set the following labels: %s".formatted(node, label));
            }
        });
    }

    private static void refuseForeignName(Attempt attempt, String node, String why) {
        if (!attempt.object().meta().name().equals(node)) {
            throw forbidden(attempt, why);
        }
    }

    private static StatusException forbidden(Attempt attempt, String why) {
        ApiObject object = attempt.object();
        return new StatusException(ApiStatus.forbidden(
                object.kind().group(), object.kind().plural(), object.meta().name(), why));
    }
}
