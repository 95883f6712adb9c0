package dev.shiplog.node.cri;

import dev.shiplog.core.v1.Pod;
import java.util.Map;
import java.util.TreeMap;

/// The labels by which an agent finds its own again. What lacks [#AGENT] was made by others and is left alone.
public final class Labels {
    public static final String AGENT = "shiplog.dev/agent";
    public static final String POD_NAME = "io.kubernetes.pod.name";
    public static final String POD_NAMESPACE = "io.kubernetes.pod.namespace";
    public static final String POD_UID = "io.kubernetes.pod.uid";
    public static final String CONTAINER = "io.kubernetes.container.name";
    /// Annotation: the image as the pod names it.
    public static final String IMAGE = "shiplog.dev/image";
    /// Annotation: whether an empty message is made up from the log.
    public static final String MESSAGE_POLICY = "io.kubernetes.container.terminationMessagePolicy";

    public static final String RESTARTS = "io.kubernetes.container.restartCount";

    private Labels() {}

    static Map<String, String> of(Pod pod, String agent) {
        var labels = new TreeMap<>(pod.metadata().labels());
        labels.put(AGENT, agent);
        labels.put(POD_NAME, pod.metadata().name());
        labels.put(POD_NAMESPACE, pod.metadata().namespace());
        labels.put(POD_UID, pod.metadata().uid());
        return labels;
    }

    static Map<String, String> of(Pod pod, String agent, String container) {
        return Map.of(
                AGENT, agent,
                POD_NAME, pod.metadata().name(),
                POD_NAMESPACE, pod.metadata().namespace(),
                POD_UID, pod.metadata().uid(),
                CONTAINER, container);
    }
}
