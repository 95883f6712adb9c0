package dev.shiplog.node.pod;

import dev.shiplog.core.v1.ContainerStatus;
import dev.shiplog.core.v1.PodStatus;
import java.util.Optional;
import java.util.stream.Stream;

/// Reads what was reported before.
public final class Statuses {
    public static final String ID_PREFIX = "containerd://";

    private Statuses() {}

    public static Optional<ContainerStatus> find(PodStatus status, String container) {
        return Stream.concat(status.initContainerStatuses().stream(), status.containerStatuses().stream())
                .filter(each -> each.name().equals(container))
                .findFirst();
    }

    /// The attempt that was last reported for a container, or -1 when none ever ran.
    static int reportedAttempt(PodStatus status, String container) {
        return find(status, container)
                .filter(each -> !each.containerID().isEmpty())
                .map(ContainerStatus::restartCount)
                .orElse(-1);
    }

    /// The runtime's id in a status' `containerID`.
    public static String runId(String containerId) {
        return containerId.substring(containerId.indexOf("://") < 0 ? 0 : containerId.indexOf("://") + 3);
    }
}
