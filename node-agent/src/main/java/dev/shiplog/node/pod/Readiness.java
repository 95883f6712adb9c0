package dev.shiplog.node.pod;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.ContainerStatus;
import java.util.Optional;

/// Whether a run counts as started and as ready. Until its probes have spoken, what was reported of the very same run
/// holds, so that a restarted agent does not take ready pods out of service.
record Readiness(PodView view) {

    boolean started(ContainerRun run) {
        ProbeState probe = view.probes().get(run.id());
        if (probe != null) {
            return probe.started();
        }
        return container(run).map(each -> each.startupProbe() == null).orElse(true)
                || reported(run)
                        .map(status -> Boolean.TRUE.equals(status.started()))
                        .orElse(false);
    }

    boolean ready(ContainerRun run) {
        ProbeState probe = view.probes().get(run.id());
        if (probe != null) {
            return probe.started() && probe.ready();
        }
        boolean unasked = container(run)
                .map(each -> each.readinessProbe() == null && each.startupProbe() == null)
                .orElse(true);
        return unasked || reported(run).map(ContainerStatus::ready).orElse(false);
    }

    private Optional<Container> container(ContainerRun run) {
        return PodFacts.containers(view.pod())
                .filter(each -> each.name().equals(run.name()))
                .findFirst();
    }

    private Optional<ContainerStatus> reported(ContainerRun run) {
        return Statuses.find(view.previous(), run.name())
                .filter(status -> Statuses.runId(status.containerID()).equals(run.id()));
    }
}
