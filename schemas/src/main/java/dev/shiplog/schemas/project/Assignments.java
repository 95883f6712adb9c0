package dev.shiplog.schemas.project;

import dev.shiplog.core.v1.Node;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.journal.Assignment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Projects a pod into what its node must run.
public final class Assignments {
    /// Where assignments stand.
    public static final String TOPIC = "assignments";

    private Assignments() {}

    /// The assignment of a pod as of `revision`, or null when it has no node yet. A node that is not there has the
    /// empty uid, so no agent takes the pod for its own.
    public static @Nullable Assignment of(Pod pod, long revision, @Nullable Node node) {
        String nodeName = pod.spec().nodeName();
        if (nodeName.isEmpty()) {
            return null;
        }
        var metadata = pod.metadata().toBuilder()
                .managedFields(List.of())
                .resourceVersion("")
                .build();
        return Assignment.builder()
                .podRevision(revision)
                .nodeName(nodeName)
                .nodeUid(node == null ? "" : node.metadata().uid())
                .pod(pod.withMetadata(metadata))
                .build();
    }

    /// The key under which the assignment stands; a pod that goes to another node has another key.
    public static String key(Pod pod) {
        return pod.spec().nodeName() + "/" + pod.metadata().uid();
    }

    /// The node in a key; empty when it is none.
    public static String node(String key) {
        return key.substring(0, Math.max(0, key.indexOf('/')));
    }

    /// The uid of the pod in a key.
    public static String podUid(String key) {
        return key.substring(key.indexOf('/') + 1);
    }
}
