package dev.shiplog.api.auth;

/// Which objects a node has to do with, through the pods bound to it.
public interface NodeGraph {

    /// What a pod can refer to by name in its own namespace.
    enum Reference {
        SECRET,
        CONFIG_MAP,
        SERVICE_ACCOUNT
    }

    /// Whether this pod is bound to the node.
    boolean runs(String node, String namespace, String pod);

    /// Whether a pod bound to the node refers to the object.
    boolean uses(String node, Reference kind, String namespace, String name);
}
