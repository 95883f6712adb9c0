package dev.shiplog.node.cri;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.Pod;
import java.util.Optional;

/// Who a container runs as, as far as its pod says.
public final class ContainerUser {
    private ContainerUser() {}

    public static Optional<Long> of(Pod pod, Container container) {
        return ContainerSpec.user(pod, container);
    }

    public static boolean mustNotBeRoot(Pod pod, Container container) {
        return ContainerSpec.mustNotBeRoot(pod, container);
    }
}
