package dev.shiplog.node.pod;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.ContainerState;
import dev.shiplog.core.v1.ContainerStateRunning;
import dev.shiplog.core.v1.ContainerStateTerminated;
import dev.shiplog.core.v1.ContainerStateWaiting;
import dev.shiplog.core.v1.ContainerStatus;
import dev.shiplog.core.v1.HostIP;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodIP;
import dev.shiplog.core.v1.PodStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The status of a pod as it follows from a view.
final class PodStatuses {
    /// For so long a failure shows its own reason; then that it is being waited for.
    private static final Duration FRESH = Duration.ofSeconds(2);

    private final PodView view;
    private final Pod pod;
    private final Map<String, Backoff> backoffs;
    private final boolean ending;
    private final String failedReason;
    private final String failedMessage;
    private final Readiness readiness;

    PodStatuses(
            PodView view, Map<String, Backoff> backoffs, boolean ending, String failedReason, String failedMessage) {
        this.view = view;
        this.pod = view.pod();
        this.backoffs = backoffs;
        this.ending = ending;
        this.failedReason = failedReason;
        this.failedMessage = failedMessage;
        this.readiness = new Readiness(view);
    }

    PodStatus status() {
        PodStatus before = view.previous();
        List<ContainerStatus> init =
                pod.spec().initContainers().stream().map(this::container).toList();
        List<ContainerStatus> main =
                pod.spec().containers().stream().map(this::container).toList();
        boolean initialised = initialised(init, main);
        String phase = phase(init, main, initialised);
        List<String> addresses = addresses();
        PodStatus status = before.toBuilder()
                .observedGeneration(pod.metadata().generation())
                .phase(phase)
                .reason(failedReason.isEmpty() ? before.reason() : failedReason)
                .message(failedReason.isEmpty() ? before.message() : failedMessage)
                .startTime(before.startTime() == null ? seconds(view.now()) : before.startTime())
                .hostIP(view.hostAddress())
                .hostIPs(view.hostAddress().isEmpty() ? List.of() : List.of(new HostIP(view.hostAddress())))
                .podIP(addresses.isEmpty() ? "" : addresses.getFirst())
                .podIPs(addresses.stream().map(PodIP::new).toList())
                .qosClass(Qos.of(pod).text())
                .initContainerStatuses(init)
                .containerStatuses(main)
                .build();
        return status.withConditions(PodConditions.of(view, phase, initialised, init, main, addresses));
    }

    private List<String> addresses() {
        if (pod.spec().hostNetwork()) {
            return view.hostAddress().isEmpty() ? List.of() : List.of(view.hostAddress());
        }
        Optional<Sandbox> sandbox = view.observed().sandbox();
        if (sandbox.isPresent() && sandbox.get().ready()) {
            return sandbox.get().addresses();
        }
        return PodFacts.finished(view.previous().phase()) || ending
                ? view.previous().podIPs().stream().map(PodIP::ip).toList()
                : List.of();
    }

    private boolean initialised(List<ContainerStatus> init, List<ContainerStatus> main) {
        if (main.stream().anyMatch(status -> !status.containerID().isEmpty())) {
            return true;
        }
        return init.stream().allMatch(status -> {
            boolean sidecar =
                    PodFacts.sidecars(pod).stream().anyMatch(each -> each.name().equals(status.name()));
            ContainerStateTerminated ended = status.state().terminated();
            return sidecar ? Boolean.TRUE.equals(status.started()) : ended != null && ended.exitCode() == 0;
        });
    }

    private String phase(List<ContainerStatus> init, List<ContainerStatus> main, boolean initialised) {
        String before = view.previous().phase();
        if (PodFacts.finished(before)) {
            return before;
        }
        if (!failedReason.isEmpty()) {
            return anyRunning() ? (before.isEmpty() ? "Pending" : before) : "Failed";
        }
        if (!initialised) {
            return initFailed(init) ? "Failed" : ending && !anyRunning() ? "Failed" : "Pending";
        }
        boolean allEnded = main.stream().allMatch(this::endedForGood);
        if (allEnded) {
            return main.stream().allMatch(status -> exitCode(status) == 0) ? "Succeeded" : "Failed";
        }
        boolean anyStarted =
                main.stream().anyMatch(status -> !status.containerID().isEmpty());
        return ending && !anyRunning() ? "Failed" : anyStarted ? "Running" : "Pending";
    }

    private boolean anyRunning() {
        return view.observed().runs().stream().anyMatch(ContainerRun::running)
                || view.inFlight().stream().anyMatch(key -> key.startsWith(Action.CONTAINER));
    }

    private boolean initFailed(List<ContainerStatus> init) {
        return pod.spec().initContainers().stream()
                .filter(container -> !PodFacts.sidecar(container))
                .anyMatch(container -> init.stream()
                        .filter(status -> status.name().equals(container.name()))
                        .anyMatch(status -> endedForGood(status) && exitCode(status) != 0));
    }

    /// Whether a container has ended and nothing will start it again.
    private boolean endedForGood(ContainerStatus status) {
        ContainerStateTerminated ended = status.state().terminated();
        if (ended == null) {
            return false;
        }
        return ending
                || PodFacts.containers(pod)
                        .filter(container -> container.name().equals(status.name()))
                        .noneMatch(container -> PodFacts.restarts(pod, container, ended.exitCode()));
    }

    private static int exitCode(ContainerStatus status) {
        ContainerStateTerminated ended = status.state().terminated();
        return ended == null ? 0 : ended.exitCode();
    }

    private ContainerStatus container(Container container) {
        Optional<ContainerStatus> before = Statuses.find(view.previous(), container.name());
        List<ContainerRun> runs = view.observed().runs(container.name());
        if (runs.isEmpty()) {
            return unseen(container, before);
        }
        ContainerRun run = runs.getFirst();
        Optional<ContainerState> last =
                runs.stream().skip(1).filter(ContainerRun::exited).findFirst().map(PodStatuses::terminated);
        ContainerState state = state(container, run);
        boolean shownAsLast = state.waiting() != null && run.exited();
        return ContainerStatus.builder()
                .name(container.name())
                .image(container.image())
                .imageID(run.imageId())
                .containerID(Statuses.ID_PREFIX + run.id())
                .restartCount(run.attempt())
                .ready(ready(container, run))
                .started(run.running() && readiness.started(run))
                .state(state)
                .lastState(
                        shownAsLast
                                ? terminated(run)
                                : last.orElse(before.filter(status -> status.restartCount() == run.attempt())
                                        .map(ContainerStatus::lastState)
                                        .orElse(ContainerState.EMPTY)))
                .build();
    }

    private boolean ready(Container container, ContainerRun run) {
        boolean init = pod.spec().initContainers().contains(container);
        if (init && !PodFacts.sidecar(container)) {
            return run.exited() && run.exitCode() == 0;
        }
        return run.running() && readiness.ready(run);
    }

    private ContainerState state(Container container, ContainerRun run) {
        return switch (run.state()) {
            case RUNNING -> ContainerState.EMPTY.withRunning(new ContainerStateRunning(at(run.startedAt())));
            case CREATED -> waiting("ContainerCreating", "");
            case EXITED -> ended(container, run);
        };
    }

    private ContainerState ended(Container container, ContainerRun run) {
        if (ending
                || PodFacts.finished(view.previous().phase())
                || !PodFacts.restarts(pod, container, run.exitCode())) {
            return terminated(run);
        }
        Failure failure = view.failures().get(Action.CONTAINER + container.name());
        if (failure != null && failure.at().isAfter(run.createdAt())) {
            return waiting(failure);
        }
        Backoff backoff = backoffs.get(container.name());
        if (backoff != null && backoff.until(run).isAfter(view.now())) {
            return waiting(
                    "CrashLoopBackOff",
                    "waits %d s before it is started again"
                            .formatted(backoff.delay().toSeconds()));
        }
        return terminated(run);
    }

    /// A container of which the runtime has no run: one that never was, or whose traces are gone.
    private ContainerStatus unseen(Container container, Optional<ContainerStatus> before) {
        Optional<ContainerStatus> ended = before.filter(status -> status.state().terminated() != null);
        boolean keep = ended.isPresent()
                && (ending || PodFacts.finished(view.previous().phase()) || notRunAgain(container, ended.get()));
        if (keep) {
            return ended.get().withReady(!pod.spec().containers().contains(container) && exitCode(ended.get()) == 0);
        }
        if (ending && before.filter(status -> status.state().running() != null).isPresent()) {
            return lost(before.get());
        }
        return ContainerStatus.builder()
                .name(container.name())
                .image(container.image())
                .imageID("")
                .containerID(before.map(ContainerStatus::containerID).orElse(""))
                .restartCount(before.map(ContainerStatus::restartCount).orElse(0))
                .started(false)
                .state(notStarted(container))
                .lastState(before.map(PodStatuses::lastOf).orElse(ContainerState.EMPTY))
                .build();
    }

    private static ContainerState lastOf(ContainerStatus status) {
        return status.state().terminated() != null ? status.state() : status.lastState();
    }

    private boolean notRunAgain(Container container, ContainerStatus ended) {
        return pod.spec().initContainers().contains(container)
                && !PodFacts.sidecar(container)
                && exitCode(ended) == 0
                && pod.spec().containers().stream()
                        .anyMatch(main -> view.observed().latest(main.name()).isPresent());
    }

    private ContainerStatus lost(ContainerStatus before) {
        ContainerStateRunning running = before.state().running();
        var terminated = ContainerStateTerminated.builder()
                .containerID(before.containerID())
                .exitCode(137)
                .reason("ContainerStatusUnknown")
                .message("The container was not found when the pod ended")
                .startedAt(running == null ? null : running.startedAt())
                .finishedAt(seconds(view.now()))
                .build();
        return before.withReady(false).withStarted(false).withState(ContainerState.EMPTY.withTerminated(terminated));
    }

    private ContainerState notStarted(Container container) {
        Failure failure = view.failures().get(Action.CONTAINER + container.name());
        if (failure != null) {
            return waiting(failure);
        }
        boolean waitsForInit = pod.spec().containers().contains(container)
                && !pod.spec().initContainers().isEmpty();
        return waiting(waitsForInit ? "PodInitializing" : "ContainerCreating", "");
    }

    private ContainerState waiting(Failure failure) {
        boolean waited = view.now().isAfter(failure.at().plus(FRESH));
        String reason = waited && failure.reason().equals("ErrImagePull") ? "ImagePullBackOff" : failure.reason();
        return waiting(reason, failure.message());
    }

    private static ContainerState waiting(String reason, String message) {
        return ContainerState.EMPTY.withWaiting(new ContainerStateWaiting(message, reason));
    }

    private static ContainerState terminated(ContainerRun run) {
        String reason = !run.reason().isEmpty() ? run.reason() : run.exitCode() == 0 ? "Completed" : "Error";
        return ContainerState.EMPTY.withTerminated(ContainerStateTerminated.builder()
                .containerID(Statuses.ID_PREFIX + run.id())
                .exitCode(run.exitCode())
                .reason(reason)
                .message(run.message())
                .startedAt(at(run.startedAt()))
                .finishedAt(at(run.finishedAt()))
                .build());
    }

    private static @org.jspecify.annotations.Nullable Instant at(@org.jspecify.annotations.Nullable Instant instant) {
        return instant == null ? null : seconds(instant);
    }

    /// Statuses carry whole seconds.
    static Instant seconds(Instant instant) {
        return Instant.ofEpochSecond(instant.getEpochSecond());
    }
}
