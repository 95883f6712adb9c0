package dev.shiplog.node.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.ContainerStatus;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodCondition;
import dev.shiplog.core.v1.PodStatus;
import dev.shiplog.core.v1.Probe;
import dev.shiplog.core.v1.ResourceRequirements;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PodMachineTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final Sandbox SANDBOX = new Sandbox("s0", 0, true, List.of("10.42.0.7"), NOW);

    @Test
    void nothingStartsBeforeAStatusWasAccepted() {
        PodStep step = PodMachine.step(view(pod("Always")).accepted(false).build());

        assertThat(step.actions()).isEmpty();
        assertThat(step.status().phase()).isEqualTo("Pending");
        assertThat(waiting(step)).isEqualTo("ContainerCreating");
    }

    @Test
    void aNewPodGetsVolumesAndASandboxAtOnce() {
        PodStep step = PodMachine.step(view(pod("Always")).build());

        assertThat(step.actions()).containsExactly(new Action.PrepareVolumes(), new Action.RunSandbox(0));
    }

    @Test
    void whatIsUnderWayIsNotAskedForAgain() {
        PodStep step = PodMachine.step(
                view(pod("Always")).inFlight(Set.of("volumes", "sandbox")).build());

        assertThat(step.actions()).isEmpty();
    }

    @Test
    void aContainerIsReadyWhenItRunsAndHasNoProbes() {
        PodStep step = PodMachine.step(
                running(pod("Always"), run(0, ContainerRun.State.RUNNING, 0, 5)).build());

        assertThat(step.actions()).isEmpty();
        assertThat(step.status().phase()).isEqualTo("Running");
        assertThat(step.status().podIP()).isEqualTo("10.42.0.7");
        assertThat(condition(step, "Ready").status()).isEqualTo("True");
        assertThat(condition(step, "PodReadyToStartContainers").status()).isEqualTo("True");
    }

    @Test
    void theFirstRestartIsImmediateAndTheSecondWaitsTenSeconds() {
        PodStep first = PodMachine.step(
                running(pod("Always"), run(0, ContainerRun.State.EXITED, 1, 5)).build());
        assertThat(first.actions()).singleElement().isInstanceOfSatisfying(Action.StartContainer.class, start -> {
            assertThat(start.attempt()).isEqualTo(1);
        });

        PodStep second = PodMachine.step(
                running(pod("Always"), run(0, ContainerRun.State.EXITED, 1, 5), run(1, ContainerRun.State.EXITED, 1, 5))
                        .memory(first.memory())
                        .build());
        assertThat(second.actions()).isEmpty();
        assertThat(waiting(second)).isEqualTo("CrashLoopBackOff");
        assertThat(second.status().containerStatuses().getFirst().restartCount())
                .isEqualTo(1);
        assertThat(second.wakeAt()).isEqualTo(NOW.plusSeconds(10));
        assertThat(second.notes()).extracting(Note::reason).containsExactly("BackOff");
    }

    @Test
    void waitsDoubleUpToFiveMinutesAndTenGoodMinutesWipeTheSlateClean() {
        assertThat(new Backoff(1, "x").delay()).isEqualTo(Duration.ZERO);
        assertThat(new Backoff(2, "x").delay()).isEqualTo(Duration.ofSeconds(10));
        assertThat(new Backoff(4, "x").delay()).isEqualTo(Duration.ofSeconds(40));
        assertThat(new Backoff(50, "x").delay()).isEqualTo(Duration.ofMinutes(5));
        assertThat(Backoff.count(new Backoff(9, "x"), run(9, ContainerRun.State.EXITED, 1, 601))
                        .level())
                .isEqualTo(1);
    }

    @Test
    void exitCodesDecideThePhaseWhenNothingIsRestarted() {
        assertThat(PodMachine.step(running(pod("Never"), run(0, ContainerRun.State.EXITED, 0, 5))
                                .build())
                        .status()
                        .phase())
                .isEqualTo("Succeeded");
        assertThat(PodMachine.step(running(pod("Never"), run(0, ContainerRun.State.EXITED, 3, 5))
                                .build())
                        .status()
                        .phase())
                .isEqualTo("Failed");
        assertThat(PodMachine.step(running(pod("OnFailure"), run(0, ContainerRun.State.EXITED, 0, 5))
                                .build())
                        .status()
                        .phase())
                .isEqualTo("Succeeded");
    }

    @Test
    void aFinishedPodIsNeverStartedAgain() {
        PodStatus finished = PodStatus.builder().phase("Succeeded").build();

        PodStep step = PodMachine.step(view(pod("Never")).previous(finished).build());

        assertThat(step.actions()).isEmpty();
        assertThat(step.status().phase()).isEqualTo("Succeeded");
    }

    @Test
    void initContainersRunOneAfterTheOther() {
        Pod pod = pod("Always");
        Container one = Container.EMPTY.withName("one").withImage("i");
        Container two = Container.EMPTY.withName("two").withImage("i");
        pod = pod.withSpec(pod.spec().withInitContainers(List.of(one, two)));

        PodStep first = PodMachine.step(running(pod).build());
        assertThat(started(first)).containsExactly("one");
        assertThat(waiting(first)).isEqualTo("PodInitializing");

        PodStep second = PodMachine.step(
                running(pod, named("one", 0, ContainerRun.State.EXITED, 0)).build());
        assertThat(started(second)).containsExactly("two");

        PodStep third = PodMachine.step(running(
                        pod,
                        named("one", 0, ContainerRun.State.EXITED, 0),
                        named("two", 0, ContainerRun.State.EXITED, 0))
                .build());
        assertThat(started(third)).containsExactly("main");
        assertThat(condition(third, "Initialized").status()).isEqualTo("True");
    }

    @Test
    void sidecarsAreStartedBeforeTheOthersAndEndedAfterThem() {
        Pod pod = pod("Always");
        Container side = Container.EMPTY.withName("side").withImage("i").withRestartPolicy("Always");
        pod = pod.withSpec(pod.spec().withInitContainers(List.of(side)));

        assertThat(started(PodMachine.step(running(pod).build()))).containsExactly("side");
        ContainerRun sideRun = named("side", 0, ContainerRun.State.RUNNING, 0);
        assertThat(started(PodMachine.step(running(pod, sideRun).build()))).containsExactly("main");

        Pod ending = deleted(pod, 30);
        ContainerRun mainRun = named("main", 0, ContainerRun.State.RUNNING, 0);
        var late = new Memory(NOW.minusSeconds(5), Map.of());
        assertThat(stopped(PodMachine.step(
                        running(ending, sideRun, mainRun).memory(late).build())))
                .containsExactly("main");
        assertThat(stopped(PodMachine.step(running(ending, sideRun, named("main", 0, ContainerRun.State.EXITED, 0))
                        .memory(late)
                        .build())))
                .containsExactly("side");
    }

    @Test
    void aReadyPodIsDrainedBeforeItsProcessesAreAskedToEnd() {
        Pod ending = deleted(pod("Always"), 30);
        ContainerRun run = run(0, ContainerRun.State.RUNNING, 0, 5);

        PodStep first = PodMachine.step(running(ending, run).build());
        assertThat(first.actions()).isEmpty();
        assertThat(first.wakeAt()).isEqualTo(NOW.plus(PodMachine.DRAIN));

        PodStep later = PodMachine.step(running(ending, run)
                .memory(first.memory())
                .now(NOW.plus(PodMachine.DRAIN))
                .build());
        assertThat(later.actions())
                .singleElement()
                .isInstanceOfSatisfying(
                        Action.StopContainer.class,
                        stop -> assertThat(stop.deadline()).isEqualTo(NOW.plusSeconds(30)));
    }

    @Test
    void aStopThatOutlivesAShortenedGraceIsForced() {
        ContainerRun run = run(0, ContainerRun.State.RUNNING, 0, 5);
        PodStep step = PodMachine.step(running(deleted(pod("Always"), 0), run)
                .memory(new Memory(NOW.minusSeconds(3), Map.of()))
                .inFlight(Set.of("stop/" + run.id()))
                .build());

        assertThat(step.actions()).containsExactly(new Action.KillContainer(run.id()));
    }

    @Test
    void theEndIsConfirmedWhenNothingIsLeft() {
        Pod ending = deleted(pod("Always"), 30);
        ContainerRun ended = run(0, ContainerRun.State.EXITED, 0, 5);
        assertThat(PodMachine.step(running(ending, ended).build()).actions())
                .containsExactly(new Action.StopSandbox("s0"));

        Sandbox stopped = new Sandbox("s0", 0, false, List.of(), NOW);
        PodStep cleaning = PodMachine.step(view(ending)
                .observed(new Observed(List.of(stopped), List.of(ended)))
                .build());
        assertThat(cleaning.actions()).containsExactly(new Action.CleanVolumes(), new Action.RemoveSandbox("s0"));

        PodStep last = PodMachine.step(view(ending)
                .volumes(PodView.Volumes.CLEANED)
                .previous(cleaning.status())
                .build());
        assertThat(last.actions()).containsExactly(new Action.ConfirmDeletion());
        assertThat(last.over()).isFalse();
        assertThat(last.status().containerStatuses().getFirst().state().terminated())
                .isNotNull();

        assertThat(PodMachine.step(view(ending)
                                .volumes(PodView.Volumes.CLEANED)
                                .gone(true)
                                .build())
                        .over())
                .isTrue();
    }

    @Test
    void aDeadSandboxIsReplacedWhenItsContainersHaveEnded() {
        Sandbox dead = new Sandbox("s0", 0, false, List.of(), NOW);
        ContainerRun run = run(0, ContainerRun.State.RUNNING, 0, 5);

        assertThat(stopped(PodMachine.step(view(pod("Always"))
                        .observed(new Observed(List.of(dead), List.of(run)))
                        .build())))
                .containsExactly("main");
        ContainerRun ended = run(0, ContainerRun.State.EXITED, 137, 5);
        assertThat(PodMachine.step(view(pod("Always"))
                                .observed(new Observed(List.of(dead), List.of(ended)))
                                .build())
                        .actions())
                .containsExactly(new Action.RunSandbox(1));
    }

    @Test
    void probesDecideReadinessAndUnfitContainersEnd() {
        Pod pod = pod("Always");
        Container main = pod.spec().containers().getFirst().withReadinessProbe(Probe.EMPTY);
        pod = pod.withSpec(pod.spec().withContainers(List.of(main)));
        ContainerRun run = run(0, ContainerRun.State.RUNNING, 0, 5);

        assertThat(condition(PodMachine.step(running(pod, run).build()), "Ready")
                        .status())
                .isEqualTo("False");
        assertThat(condition(
                                PodMachine.step(running(pod, run)
                                        .probes(Map.of(run.id(), new ProbeState(true, true, "")))
                                        .build()),
                                "Ready")
                        .status())
                .isEqualTo("True");
        assertThat(stopped(PodMachine.step(running(pod, run)
                        .probes(Map.of(run.id(), new ProbeState(true, false, "it is ill")))
                        .build())))
                .containsExactly("main");
    }

    @Test
    void aRestartedAgentBelievesWhatItReportedOfTheSameRun() {
        Pod pod = pod("Always");
        Container main = pod.spec().containers().getFirst().withReadinessProbe(Probe.EMPTY);
        pod = pod.withSpec(pod.spec().withContainers(List.of(main)));
        ContainerRun run = run(3, ContainerRun.State.RUNNING, 0, 5);
        PodStatus reported = PodStatus.builder()
                .containerStatuses(List.of(ContainerStatus.EMPTY
                        .withName("main")
                        .withContainerID("containerd://" + run.id())
                        .withReady(true)
                        .withStarted(true)))
                .build();

        PodStep step = PodMachine.step(running(pod, run).previous(reported).build());

        assertThat(condition(step, "Ready").status()).isEqualTo("True");
        assertThat(step.status().containerStatuses().getFirst().restartCount()).isEqualTo(3);
    }

    @Test
    void aChangedImageRestartsTheContainer() {
        Pod pod = pod("Always");
        Container main = pod.spec().containers().getFirst().withImage("other");
        pod = pod.withSpec(pod.spec().withContainers(List.of(main)));

        assertThat(stopped(PodMachine.step(
                        running(pod, run(0, ContainerRun.State.RUNNING, 0, 5)).build())))
                .containsExactly("main");
    }

    @Test
    void failuresShowTheirReasonAndAreTriedAgainLater() {
        var failure = new Failure("ErrImagePull", "no such image", 2, NOW);
        PodStep step = PodMachine.step(running(pod("Always"))
                .failures(Map.of("container/main", failure))
                .build());
        assertThat(step.actions()).isEmpty();
        assertThat(waiting(step)).isEqualTo("ErrImagePull");

        PodStep later = PodMachine.step(running(pod("Always"))
                .failures(Map.of("container/main", failure))
                .now(NOW.plusSeconds(5))
                .build());
        assertThat(waiting(later)).isEqualTo("ImagePullBackOff");
        assertThat(later.wakeAt()).isEqualTo(NOW.plusSeconds(20));

        assertThat(started(PodMachine.step(running(pod("Always"))
                        .failures(Map.of("container/main", failure))
                        .now(NOW.plusSeconds(20))
                        .build())))
                .containsExactly("main");
    }

    /// The kubelet looks again at what is missing with every sync; only pulls are spaced further and further apart.
    @Test
    void aMissingConfigMapIsLookedForEveryTenSeconds() {
        var failure = new Failure("CreateContainerConfigError", "ConfigMap c not found", 9, NOW);
        PodStep step = PodMachine.step(running(pod("Always"))
                .failures(Map.of("container/main", failure))
                .build());

        assertThat(step.wakeAt()).isEqualTo(NOW.plusSeconds(10));
        assertThat(started(PodMachine.step(running(pod("Always"))
                        .failures(Map.of("container/main", failure))
                        .now(NOW.plusSeconds(10))
                        .build())))
                .containsExactly("main");
    }

    /// kubernetes.io/docs/concepts/configuration/manage-resources-containers, "Local ephemeral storage": a pod over its
    /// limit is evicted, which means that it fails, and is not started again whatever its policy.
    @Test
    void anEvictedPodIsEndedAndFails() {
        Pod pod = pod("Always");
        PodStep ending = PodMachine.step(running(pod, run(0, ContainerRun.State.RUNNING, 0, 5))
                .evicted("too much")
                .build());
        assertThat(stopped(ending)).containsExactly("main");
        assertThat(ending.status().phase()).isNotEqualTo("Failed");

        PodStep ended = PodMachine.step(running(pod, run(0, ContainerRun.State.EXITED, 137, 5))
                .evicted("too much")
                .build());
        assertThat(started(ended)).isEmpty();
        assertThat(ended.status().phase()).isEqualTo("Failed");
        assertThat(ended.status().reason()).isEqualTo("Evicted");
        assertThat(ended.status().message()).isEqualTo("too much");
    }

    @Test
    void aPodPastItsDeadlineFails() {
        Pod pod = pod("Always");
        pod = pod.withSpec(pod.spec().withActiveDeadlineSeconds(60L));
        PodStatus before = PodStatus.builder()
                .phase("Running")
                .startTime(NOW.minusSeconds(61))
                .build();

        PodStep step = PodMachine.step(running(pod, run(0, ContainerRun.State.RUNNING, 0, 5))
                .previous(before)
                .build());
        assertThat(stopped(step)).containsExactly("main");

        PodStep ended = PodMachine.step(running(pod, run(0, ContainerRun.State.EXITED, 137, 5))
                .previous(before)
                .build());
        assertThat(ended.status().phase()).isEqualTo("Failed");
        assertThat(ended.status().reason()).isEqualTo("DeadlineExceeded");
    }

    @Test
    void requestsAndLimitsDecideTheClassOfService() {
        assertThat(Qos.of(pod("Always"))).isEqualTo(Qos.BEST_EFFORT);
        assertThat(Qos.of(resources(Map.of("cpu", "100m"), Map.of()))).isEqualTo(Qos.BURSTABLE);
        assertThat(Qos.of(resources(Map.of(), Map.of("cpu", "1", "memory", "1Gi"))))
                .isEqualTo(Qos.GUARANTEED);
        assertThat(Qos.of(resources(Map.of("cpu", "1000m", "memory", "1024Mi"), Map.of("cpu", "1", "memory", "1Gi"))))
                .isEqualTo(Qos.GUARANTEED);
    }

    private static Pod resources(Map<String, String> requests, Map<String, String> limits) {
        Pod pod = pod("Always");
        Container main = pod.spec()
                .containers()
                .getFirst()
                .withResources(ResourceRequirements.EMPTY.withRequests(requests).withLimits(limits));
        return pod.withSpec(pod.spec().withContainers(List.of(main)));
    }

    // ---- building blocks

    static Pod pod(String restartPolicy) {
        return Pod.EMPTY
                .withMetadata(Pod.EMPTY
                        .metadata()
                        .withName("web")
                        .withNamespace("default")
                        .withUid("u1"))
                .withSpec(Pod.EMPTY
                        .spec()
                        .withRestartPolicy(restartPolicy)
                        .withContainers(List.of(Container.EMPTY.withName("main").withImage("i"))));
    }

    static Pod deleted(Pod pod, long grace) {
        return pod.withMetadata(
                pod.metadata().withDeletionTimestamp(NOW.plusSeconds(grace)).withDeletionGracePeriodSeconds(grace));
    }

    private static ContainerRun run(int attempt, ContainerRun.State state, int exitCode, int seconds) {
        return made("main", attempt, state, exitCode, seconds);
    }

    private static ContainerRun named(String name, int attempt, ContainerRun.State state, int exitCode) {
        return made(name, attempt, state, exitCode, 5);
    }

    private static ContainerRun made(String name, int attempt, ContainerRun.State state, int exitCode, int seconds) {
        boolean exited = state == ContainerRun.State.EXITED;
        return new ContainerRun(
                name + attempt,
                name,
                "s0",
                attempt,
                state,
                NOW.minusSeconds(seconds),
                NOW.minusSeconds(seconds),
                exited ? NOW : null,
                exitCode,
                "",
                "",
                "i",
                "sha256:i");
    }

    private static Views running(Pod pod, ContainerRun... runs) {
        return view(pod).observed(new Observed(List.of(SANDBOX), List.of(runs)));
    }

    private static Views view(Pod pod) {
        return new Views(pod);
    }

    private static List<String> started(PodStep step) {
        return step.actions().stream()
                .filter(Action.StartContainer.class::isInstance)
                .map(action -> ((Action.StartContainer) action).container().name())
                .toList();
    }

    private static List<String> stopped(PodStep step) {
        return step.actions().stream()
                .filter(Action.StopContainer.class::isInstance)
                .map(action -> ((Action.StopContainer) action).container().name())
                .toList();
    }

    private static String waiting(PodStep step) {
        var waiting = step.status().containerStatuses().getFirst().state().waiting();
        return waiting == null ? "" : waiting.reason();
    }

    private static PodCondition condition(PodStep step, String type) {
        return step.status().conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    /// Builds views that differ from the usual one in little.
    private static final class Views {
        private final Pod pod;
        private boolean gone;
        private boolean accepted = true;
        private String evicted = "";
        private PodView.Volumes volumes = PodView.Volumes.READY;
        private Observed observed = Observed.NOTHING;
        private Map<String, ProbeState> probes = Map.of();
        private Set<String> inFlight = Set.of();
        private Map<String, Failure> failures = Map.of();
        private Memory memory = Memory.NONE;
        private PodStatus previous = PodStatus.EMPTY;
        private Instant now = NOW;

        Views(Pod pod) {
            this.pod = pod;
        }

        Views gone(boolean value) {
            gone = value;
            return this;
        }

        Views evicted(String value) {
            evicted = value;
            return this;
        }

        Views accepted(boolean value) {
            accepted = value;
            return this;
        }

        Views volumes(PodView.Volumes value) {
            volumes = value;
            return this;
        }

        Views observed(Observed value) {
            observed = value;
            return this;
        }

        Views probes(Map<String, ProbeState> value) {
            probes = value;
            return this;
        }

        Views inFlight(Set<String> value) {
            inFlight = value;
            return this;
        }

        Views failures(Map<String, Failure> value) {
            failures = value;
            return this;
        }

        Views memory(Memory value) {
            memory = value;
            return this;
        }

        Views previous(PodStatus value) {
            previous = value;
            return this;
        }

        Views now(Instant value) {
            now = value;
            return this;
        }

        PodView build() {
            if (observed.empty()
                    && volumes == PodView.Volumes.READY
                    && !gone
                    && previous.phase().isEmpty()
                    && pod.metadata().deletionTimestamp() == null) {
                volumes = PodView.Volumes.UNKNOWN;
            }
            return new PodView(
                    pod,
                    gone,
                    accepted,
                    evicted,
                    volumes,
                    observed,
                    probes,
                    inFlight,
                    failures,
                    memory,
                    previous,
                    "192.0.2.1",
                    now);
        }
    }
}
