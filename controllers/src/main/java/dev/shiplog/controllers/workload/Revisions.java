package dev.shiplog.controllers.workload;

import dev.shiplog.apps.v1.Deployment;
import dev.shiplog.meta.v1.ObjectMeta;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The annotations by which `kubectl rollout history` and `undo` find their way, and those that scaling leaves on
/// ReplicaSets. See kubernetes.io/docs/reference/labels-annotations-taints.
final class Revisions {
    static final String REVISION = "deployment.kubernetes.io/revision";
    static final String REVISION_HISTORY = "deployment.kubernetes.io/revision-history";
    static final String DESIRED = "deployment.kubernetes.io/desired-replicas";
    static final String MOST = "deployment.kubernetes.io/max-replicas";
    private static final Set<String> OWN = Set.of(
            REVISION,
            REVISION_HISTORY,
            DESIRED,
            MOST,
            "kubectl.kubernetes.io/last-applied-configuration",
            "deprecated.deployment.rollback.to");
    private static final int HISTORY_LENGTH_MAX = 2_000;

    private Revisions() {}

    static long of(ObjectMeta metadata) {
        return number(metadata.annotations().get(REVISION));
    }

    static long number(@Nullable String text) {
        try {
            return text == null ? 0 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    static long next(Collection<SetState> old) {
        return old.stream().mapToLong(SetState::revision).max().orElse(0) + 1;
    }

    /// The annotations that the newest ReplicaSet must have: those of its Deployment and its revision. One that an undo
    /// made the newest again remembers the revisions that it had before.
    static Map<String, String> ofNewest(Map<String, String> now, Deployment deployment, long revision) {
        var annotations = new TreeMap<>(now);
        deployment.metadata().annotations().forEach((name, value) -> {
            if (!OWN.contains(name)) {
                annotations.put(name, value);
            }
        });
        long before = number(now.get(REVISION));
        if (before < revision) {
            annotations.put(REVISION, Long.toString(revision));
            if (before > 0) {
                @Nullable String history = now.get(REVISION_HISTORY);
                String longer = history == null || history.length() > HISTORY_LENGTH_MAX
                        ? Long.toString(before)
                        : history + "," + before;
                annotations.put(REVISION_HISTORY, longer);
            }
        }
        return annotations;
    }

    static Map<String, String> scaled(Map<String, String> now, Bounds bounds) {
        var annotations = new TreeMap<>(now);
        annotations.put(DESIRED, Integer.toString(bounds.replicas()));
        annotations.put(MOST, Integer.toString(bounds.replicas() + bounds.surge()));
        return annotations;
    }
}
