package dev.shiplog.node.pod;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Decides what a pod needs next, from all that is known about it. The same view gives the same step.
///
/// Levels, not edges: a step asks for everything that is missing, and what is under way already is struck from the
/// list.
public final class PodMachine {
    /// How often a pod is looked at when nothing happens.
    static final Duration LOOK_EVERY = Duration.ofSeconds(30);
    /// Between seeing that a ready pod must end and asking its processes to: the time in which its endpoint leaves
    /// every
    /// proxy, so that no request meets a closed port.
    static final Duration DRAIN = Duration.ofMillis(1500);
    /// What a pod gets whose object vanished without notice.
    static final Duration GONE_GRACE = Duration.ofSeconds(1);

    /// The reason, of the pod and of the Event.
    public static final String EVICTED = "Evicted";

    /// What a pod gets that has taken more than it may, as the kubelet gives it.
    static final Duration EVICTION_GRACE = Duration.ofSeconds(1);

    private static final Duration KILL_SLACK = Duration.ofSeconds(2);
    private static final int RUNS_KEPT = 2;

    private final PodView view;
    private final Pod pod;
    private final Observed observed;
    private final Map<String, Backoff> backoffs;
    private final List<Action> actions = new ArrayList<>();
    private final List<Note> notes = new ArrayList<>();
    private @Nullable Instant endingSince;
    private Instant wakeAt;
    private String failedReason = "";
    private String failedMessage = "";

    private PodMachine(PodView view) {
        this.view = view;
        this.pod = view.pod();
        this.observed = view.observed();
        this.backoffs = new HashMap<>(view.memory().backoffs());
        this.endingSince = view.memory().endingSince();
        this.wakeAt = view.now().plus(LOOK_EVERY);
    }

    public static PodStep step(PodView view) {
        return new PodMachine(view).step();
    }

    private PodStep step() {
        countRuns();
        boolean over = false;
        if (view.gone() || pod.metadata().deletionTimestamp() != null) {
            over = end();
        } else if (PodFacts.finished(view.previous().phase())) {
            settle();
        } else if (!view.evicted().isEmpty()) {
            failedReason = EVICTED;
            failedMessage = view.evicted();
            endContainers(view.now().plus(EVICTION_GRACE), "the pod is evicted");
        } else if (pastDeadline()) {
            failedReason = "DeadlineExceeded";
            failedMessage = "Pod ran longer than its activeDeadlineSeconds";
            endContainers(view.now().plus(PodFacts.grace(pod)), "the pod's deadline has passed");
        } else if (view.accepted()) {
            run();
        }
        var status =
                new PodStatuses(view, Map.copyOf(backoffs), endingSince != null, failedReason, failedMessage).status();
        if (PodFacts.finished(status.phase()) && endingSince == null) {
            settle();
        }
        List<Action> due = actions.stream()
                .distinct()
                .filter(action -> !view.inFlight().contains(action.key()))
                .filter(this::mayTry)
                .toList();
        return new PodStep(due, notes, status, new Memory(endingSince, backoffs), wakeAt, over);
    }

    /// Notes every run that has ended, so that back-off knows how many there were.
    private void countRuns() {
        PodFacts.containers(pod)
                .forEach(container -> observed.latest(container.name())
                        .filter(ContainerRun::exited)
                        .ifPresent(run ->
                                backoffs.put(container.name(), Backoff.count(backoffs.get(container.name()), run))));
    }

    private boolean mayTry(Action action) {
        Failure failure = view.failures().get(action.key());
        if (failure == null) {
            return true;
        }
        Instant at = failure.retryAt(action.key());
        lookAgainAt(at);
        return !at.isAfter(view.now());
    }

    private void lookAgainAt(Instant at) {
        if (at.isAfter(view.now()) && at.isBefore(wakeAt)) {
            wakeAt = at;
        }
    }

    private boolean pastDeadline() {
        Long seconds = pod.spec().activeDeadlineSeconds();
        Instant start = view.previous().startTime();
        if (seconds == null || start == null) {
            return false;
        }
        Instant end = start.plusSeconds(seconds);
        lookAgainAt(end);
        return !end.isAfter(view.now());
    }

    // ---- a pod that shall run

    private void run() {
        if (view.volumes() != PodView.Volumes.READY) {
            actions.add(new Action.PrepareVolumes());
        }
        Optional<Sandbox> sandbox = observed.sandbox().filter(Sandbox::ready);
        if (sandbox.isEmpty()) {
            newSandbox();
            return;
        }
        removeLeftovers(sandbox.get());
        if (view.volumes() == PodView.Volumes.READY && initialise(sandbox.get())) {
            for (Container container : pod.spec().containers()) {
                keep(sandbox.get(), container);
            }
        }
    }

    /// Replaces a sandbox that has died; what still runs in it goes first, as it has lost its network.
    private void newSandbox() {
        List<ContainerRun> running =
                observed.runs().stream().filter(ContainerRun::running).toList();
        if (!running.isEmpty()) {
            running.forEach(run -> stop(run, view.now().plus(PodFacts.grace(pod)), "the pod's sandbox has ended"));
            return;
        }
        if (pod.spec().restartPolicy().equals("Never") && startedBefore()) {
            return;
        }
        actions.add(new Action.RunSandbox(
                observed.sandbox().map(old -> old.attempt() + 1).orElse(0)));
    }

    private boolean startedBefore() {
        return pod.spec().containers().stream()
                .anyMatch(container -> observed.latest(container.name()).isPresent());
    }

    private void removeLeftovers(Sandbox current) {
        for (Sandbox old : observed.sandboxes()) {
            if (!old.id().equals(current.id())) {
                actions.add(new Action.RemoveSandbox(old.id()));
            }
        }
        PodFacts.containers(pod)
                .forEach(container -> observed.runs(container.name()).stream()
                        .skip(RUNS_KEPT)
                        .filter(run -> !run.running())
                        .forEach(run -> actions.add(new Action.RemoveContainer(run.id()))));
    }

    /// Brings the init containers forward, one after the other. True when the others may run.
    private boolean initialise(Sandbox sandbox) {
        boolean before = pod.spec().containers().stream()
                .anyMatch(container ->
                        observed.latestIn(sandbox.id(), container.name()).isPresent());
        for (Container container : pod.spec().initContainers()) {
            Optional<ContainerRun> run = observed.latestIn(sandbox.id(), container.name());
            if (PodFacts.sidecar(container)) {
                keep(sandbox, container);
                if (!before && !run.map(this::started).orElse(false)) {
                    return false;
                }
            } else if (!before && !run.map(r -> r.exited() && r.exitCode() == 0).orElse(false)) {
                keep(sandbox, container);
                return false;
            }
        }
        return true;
    }

    private boolean started(ContainerRun run) {
        return run.running() && new Readiness(view).started(run);
    }

    /// Starts a container that does not run, restarts one that has ended, ends one that must not go on.
    private void keep(Sandbox sandbox, Container container) {
        Optional<ContainerRun> latest = observed.latestIn(sandbox.id(), container.name());
        if (latest.isEmpty()) {
            actions.add(new Action.StartContainer(container, sandbox, nextAttempt(container)));
            return;
        }
        ContainerRun run = latest.get();
        switch (run.state()) {
            case CREATED -> {
                if (!view.inFlight().contains(Action.CONTAINER + container.name())) {
                    actions.add(new Action.RemoveContainer(run.id()));
                }
            }
            case RUNNING -> endIfUnfit(container, run);
            case EXITED -> restart(sandbox, container, run);
        }
    }

    private void endIfUnfit(Container container, ContainerRun run) {
        ProbeState probe = view.probes().get(run.id());
        Duration grace = PodFacts.grace(pod);
        if (probe != null && !probe.kill().isEmpty()) {
            stop(run, view.now().plus(probeGrace(container).orElse(grace)), probe.kill());
        } else if (!run.image().isEmpty() && !run.image().equals(container.image())) {
            stop(run, view.now().plus(grace), "its image has changed");
        }
    }

    private static Optional<Duration> probeGrace(Container container) {
        return Optional.ofNullable(container.livenessProbe())
                .flatMap(probe -> Optional.ofNullable(probe.terminationGracePeriodSeconds()))
                .map(Duration::ofSeconds);
    }

    private void restart(Sandbox sandbox, Container container, ContainerRun run) {
        if (!PodFacts.restarts(pod, container, run.exitCode())) {
            return;
        }
        Backoff backoff = backoffs.getOrDefault(container.name(), Backoff.count(null, run));
        Instant until = backoff.until(run);
        if (until.isAfter(view.now())) {
            lookAgainAt(until);
            notes.add(Note.warning(
                    "BackOff",
                    "Container " + container.name() + " keeps ending and waits before it is started again",
                    container.name(),
                    run.id()));
            return;
        }
        actions.add(new Action.StartContainer(container, sandbox, nextAttempt(container)));
    }

    private int nextAttempt(Container container) {
        int observedMax =
                observed.latest(container.name()).map(ContainerRun::attempt).orElse(-1);
        return Math.max(observedMax, Statuses.reportedAttempt(view.previous(), container.name())) + 1;
    }

    // ---- a pod that shall end

    /// Brings the pod to its end. True when nothing of it is left.
    private boolean end() {
        Instant since = endingSince == null ? view.now() : endingSince;
        endingSince = since;
        Duration grace = view.gone() && pod.metadata().deletionTimestamp() == null ? GONE_GRACE : PodFacts.grace(pod);
        if (draining(since, grace)) {
            return false;
        }
        Instant deadline = since.plus(grace);
        if (!endContainers(deadline, "the pod is being deleted") || busy()) {
            return false;
        }
        Optional<Sandbox> live = observed.sandbox().filter(Sandbox::ready);
        if (live.isPresent()) {
            actions.add(new Action.StopSandbox(live.get().id()));
            return false;
        }
        if (view.volumes() != PodView.Volumes.CLEANED) {
            actions.add(new Action.CleanVolumes());
        }
        observed.sandboxes().forEach(sandbox -> actions.add(new Action.RemoveSandbox(sandbox.id())));
        if (!actions.isEmpty()) {
            return false;
        }
        if (view.gone()) {
            return true;
        }
        actions.add(new Action.ConfirmDeletion());
        return false;
    }

    private boolean draining(Instant since, Duration grace) {
        boolean serving = observed.runs().stream().anyMatch(run -> run.running() && new Readiness(view).ready(run));
        if (view.gone() || !serving) {
            return false;
        }
        Duration drain = DRAIN.compareTo(grace.dividedBy(2)) < 0 ? DRAIN : grace.dividedBy(2);
        Instant until = since.plus(drain);
        lookAgainAt(until);
        return until.isAfter(view.now());
    }

    /// What is being started, stopped or written must come to an end before anything is taken away.
    private boolean busy() {
        return view.inFlight().stream()
                .anyMatch(key ->
                        key.startsWith(Action.CONTAINER) || key.equals(Action.SANDBOX) || key.equals(Action.VOLUMES));
    }

    /// Ends the main containers, then the sidecars in reverse. True when none runs.
    private boolean endContainers(Instant deadline, String why) {
        List<ContainerRun> sidecars = new ArrayList<>();
        List<ContainerRun> others = new ArrayList<>();
        for (ContainerRun run : observed.runs()) {
            if (run.running()) {
                (isSidecar(run) ? sidecars : others).add(run);
            }
        }
        if (!others.isEmpty()) {
            others.forEach(run -> stop(run, deadline, why));
            return false;
        }
        List<String> order =
                PodFacts.sidecars(pod).stream().map(Container::name).toList();
        sidecars.sort((a, b) -> order.indexOf(b.name()) - order.indexOf(a.name()));
        sidecars.stream().findFirst().ifPresent(run -> stop(run, deadline, why));
        return sidecars.isEmpty();
    }

    private boolean isSidecar(ContainerRun run) {
        return PodFacts.sidecars(pod).stream()
                .anyMatch(container -> container.name().equals(run.name()));
    }

    private void stop(ContainerRun run, Instant deadline, String why) {
        boolean stopping = view.inFlight().contains("stop/" + run.id());
        if (stopping) {
            lookAgainAt(deadline.plus(KILL_SLACK));
            if (!deadline.plus(KILL_SLACK).isAfter(view.now()) && endingSince != null) {
                actions.add(new Action.KillContainer(run.id()));
            }
            return;
        }
        Container container = PodFacts.containers(pod)
                .filter(each -> each.name().equals(run.name()))
                .findFirst()
                .orElse(Container.EMPTY.withName(run.name()));
        actions.add(new Action.StopContainer(run.id(), container, deadline, why));
    }

    /// A pod that has ended by itself keeps its containers for their logs, and nothing else.
    private void settle() {
        if (!endContainers(view.now().plus(PodFacts.grace(pod)), "the pod has ended") || busy()) {
            return;
        }
        observed.sandbox().filter(Sandbox::ready).ifPresent(live -> actions.add(new Action.StopSandbox(live.id())));
    }
}
