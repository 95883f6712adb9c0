package dev.shiplog.node.pod;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// What a pod's specification says, in the terms of its life.
public final class PodFacts {
    private static final Duration GRACE_DEFAULT = Duration.ofSeconds(30);

    private PodFacts() {}

    /// An init container that keeps running beside the others.
    public static boolean sidecar(Container container) {
        return "Always".equals(container.restartPolicy());
    }

    public static List<Container> sidecars(Pod pod) {
        return pod.spec().initContainers().stream().filter(PodFacts::sidecar).toList();
    }

    public static Stream<Container> containers(Pod pod) {
        return Stream.concat(pod.spec().initContainers().stream(), pod.spec().containers().stream());
    }

    /// Whether a container that ended so is started again.
    static boolean restarts(Pod pod, Container container, int exitCode) {
        boolean init = pod.spec().initContainers().contains(container);
        if (sidecar(container) && init) {
            return true;
        }
        return switch (pod.spec().restartPolicy()) {
            case "Never" -> false;
            case "OnFailure" -> exitCode != 0;
            default -> !init || exitCode != 0;
        };
    }

    /// How long a pod may take to end.
    static Duration grace(Pod pod) {
        Long grace = Objects.requireNonNullElse(
                pod.metadata().deletionGracePeriodSeconds() == null
                        ? pod.spec().terminationGracePeriodSeconds()
                        : pod.metadata().deletionGracePeriodSeconds(),
                GRACE_DEFAULT.toSeconds());
        return Duration.ofSeconds(Math.max(0, grace));
    }

    /// What the object's status says of this very run: what a restarted agent begins with.
    public static ProbeState reported(Pod pod, ContainerRun run) {
        return Statuses.find(pod.status(), run.name())
                .filter(status -> Statuses.runId(status.containerID()).equals(run.id()))
                .map(status -> new ProbeState(Boolean.TRUE.equals(status.started()), status.ready(), ""))
                .orElse(new ProbeState(false, false, ""));
    }

    static boolean finished(String phase) {
        return phase.equals("Succeeded") || phase.equals("Failed");
    }
}
