package dev.shiplog.node.pod;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What the runtime has of one pod.
public record Observed(List<Sandbox> sandboxes, List<ContainerRun> runs) {
    public static final Observed NOTHING = new Observed(List.of(), List.of());

    public Observed {
        sandboxes = sandboxes.stream()
                .sorted(Comparator.comparingInt(Sandbox::attempt).reversed())
                .toList();
        runs = runs.stream()
                .sorted(Comparator.comparing(ContainerRun::name)
                        .thenComparing(
                                Comparator.comparingInt(ContainerRun::attempt).reversed())
                        .thenComparing(ContainerRun::id))
                .toList();
    }

    /// The newest sandbox; the only one that may be in use.
    public Optional<Sandbox> sandbox() {
        return sandboxes.stream().findFirst();
    }

    /// The runs of a container, the newest first.
    public List<ContainerRun> runs(String container) {
        return runs.stream().filter(run -> run.name().equals(container)).toList();
    }

    public Optional<ContainerRun> latest(String container) {
        return runs(container).stream().findFirst();
    }

    /// The newest run of a container in one sandbox.
    Optional<ContainerRun> latestIn(String sandboxId, String container) {
        return runs(container).stream()
                .filter(run -> run.sandboxId().equals(sandboxId))
                .findFirst();
    }

    boolean empty() {
        return sandboxes.isEmpty() && runs.isEmpty();
    }
}
