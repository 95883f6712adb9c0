package dev.shiplog.api.auth;

import java.util.Set;

/// What the agent of a node may do: write its own Node, Lease and the status of its pods, read what its pods name, and
/// tell what happened.
final class NodeRules {
    private static final Decision ALLOWED = new Decision.Allowed();
    private static final Decision NO_RULE = new Decision.Denied("");
    private static final Decision NOT_OWN = new Decision.Denied("a node may do so with its own only");
    private static final Decision UNRELATED =
            new Decision.Denied("no pod that is bound to this node has to do with it");
    private static final String LEASES = "kube-node-lease";
    private static final Set<String> WRITES = Set.of("create", "update", "patch");

    private final NodeGraph graph;

    NodeRules(NodeGraph graph) {
        this.graph = graph;
    }

    Decision decide(String node, Access access) {
        return switch (access.group() + "/" + access.resource()) {
            case "/nodes" -> ownNode(node, access);
            case "coordination.k8s.io/leases" -> lease(node, access);
            case "/pods" -> pod(node, access);
            case "/secrets" -> reference(node, access, NodeGraph.Reference.SECRET);
            case "/configmaps" -> reference(node, access, NodeGraph.Reference.CONFIG_MAP);
            case "/serviceaccounts" -> account(node, access);
            case "/services", "/namespaces" ->
                access.reads() && access.subresource().isEmpty() ? ALLOWED : NO_RULE;
            case "/events" -> WRITES.contains(access.verb()) ? ALLOWED : NO_RULE;
            default -> NO_RULE;
        };
    }

    private static Decision ownNode(String node, Access access) {
        boolean status = access.subresource().equals("status");
        if (!access.subresource().isEmpty() && !status) {
            return NO_RULE;
        }
        // The name of a Node that is being created stands in the body; admission compares it.
        if (access.verb().equals("create") && !status) {
            return ALLOWED;
        }
        if (!access.reads() && !WRITES.contains(access.verb())) {
            return NO_RULE;
        }
        return access.name().equals(node) ? ALLOWED : NOT_OWN;
    }

    private static Decision lease(String node, Access access) {
        if (!access.namespace().equals(LEASES) || !access.subresource().isEmpty()) {
            return NO_RULE;
        }
        if (access.verb().equals("create")) {
            return ALLOWED;
        }
        boolean possible = access.reads()
                || WRITES.contains(access.verb())
                || access.verb().equals("delete");
        return !possible ? NO_RULE : access.name().equals(node) ? ALLOWED : NOT_OWN;
    }

    private Decision pod(String node, Access access) {
        boolean selected = access.fieldSelector().equals("spec.nodeName=" + node)
                || access.fieldSelector().equals("spec.nodeName==" + node);
        boolean collection = access.verb().equals("list") || access.verb().equals("watch");
        if (collection && access.subresource().isEmpty() && selected) {
            return ALLOWED;
        }
        boolean possible = switch (access.subresource()) {
            case "" -> access.verb().equals("get") || access.verb().equals("delete") || collection;
            case "status" -> access.verb().equals("get") || WRITES.contains(access.verb());
            default -> false;
        };
        if (!possible) {
            return NO_RULE;
        }
        boolean own = !access.name().isEmpty() && graph.runs(node, access.namespace(), access.name());
        return own ? ALLOWED : UNRELATED;
    }

    private Decision reference(String node, Access access, NodeGraph.Reference kind) {
        if (!access.reads() || !access.subresource().isEmpty()) {
            return NO_RULE;
        }
        boolean used = !access.name().isEmpty() && graph.uses(node, kind, access.namespace(), access.name());
        return used ? ALLOWED : UNRELATED;
    }

    private Decision account(String node, Access access) {
        boolean token = access.subresource().equals("token") && access.verb().equals("create");
        boolean read = access.subresource().isEmpty() && access.verb().equals("get");
        if (!token && !read) {
            return NO_RULE;
        }
        return graph.uses(node, NodeGraph.Reference.SERVICE_ACCOUNT, access.namespace(), access.name())
                ? ALLOWED
                : UNRELATED;
    }
}
