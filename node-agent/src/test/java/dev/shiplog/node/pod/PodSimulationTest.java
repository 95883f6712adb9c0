package dev.shiplog.node.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodStatus;
import dev.shiplog.node.hollow.HollowRuntime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Draws random lives of a pod: slow and failing actions, crashes of containers, restarts of the agent, deletion at any
/// moment. Checks after every step what must always hold, and that every deleted pod comes to its end.
class PodSimulationTest {
    private static final int STEPS_MAX = 400;
    private static final String UID = "u1";

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 200);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyLifeFollowsTheRules(long seed) {
        new Life(new Random(seed)).live();
    }

    private static final class Now extends Clock {
        private Instant now = Instant.parse("2026-03-01T10:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private static final class Life {
        private final Random random;
        private final Now clock = new Now();
        private final HollowRuntime runtime = new HollowRuntime(clock, "10.42.0.");
        private final List<Action> underWay = new ArrayList<>();
        private final Map<String, Failure> failures = new HashMap<>();
        private final Set<String> attempts = new HashSet<>();
        private Pod pod;
        private Memory memory = Memory.NONE;
        private PodStatus status = PodStatus.EMPTY;
        private PodView.Volumes volumes = PodView.Volumes.UNKNOWN;
        private boolean accepted;
        private boolean gone;
        private boolean over;

        Life(Random random) {
            this.random = random;
            this.pod = draw();
        }

        private Pod draw() {
            List<Container> init = new ArrayList<>();
            for (int i = random.nextInt(3); i > 0; i--) {
                Container each = Container.EMPTY.withName("init" + i).withImage("i");
                init.add(random.nextBoolean() ? each : each.withRestartPolicy("Always"));
            }
            Pod drawn =
                    PodMachineTest.pod(List.of("Always", "OnFailure", "Never").get(random.nextInt(3)));
            return drawn.withSpec(
                    drawn.spec().withInitContainers(init).withTerminationGracePeriodSeconds((long) random.nextInt(5)));
        }

        void live() {
            int deletedAt = random.nextInt(STEPS_MAX / 2);
            for (int step = 0; step < STEPS_MAX && !over; step++) {
                clock.now = clock.now.plusMillis(random.nextInt(1_500));
                happen(step, deletedAt);
                step();
            }
            for (int step = 0; step < STEPS_MAX && !over; step++) {
                clock.now = clock.now.plusSeconds(2);
                while (!underWay.isEmpty()) {
                    finish(underWay.removeFirst(), true);
                }
                step();
            }
            assertThat(over).as("a deleted pod comes to its end: %s", status).isTrue();
            assertThat(runtime.observe(UID)).isEqualTo(Observed.NOTHING);
        }

        private void happen(int step, int deletedAt) {
            if (step == 5 + random.nextInt(3)) {
                accepted = true;
            }
            if (step == deletedAt && pod.metadata().deletionTimestamp() == null) {
                pod = PodMachineTest.deleted(pod, random.nextInt(6));
            }
            if (random.nextInt(40) == 0 && step > deletedAt) {
                gone = true;
            }
            if (random.nextInt(60) == 0) {
                restartAgent();
            }
            if (random.nextInt(12) == 0) {
                crash();
            }
            if (!underWay.isEmpty() && random.nextInt(3) > 0) {
                finish(underWay.remove(random.nextInt(underWay.size())), random.nextInt(8) > 0);
            }
        }

        private void restartAgent() {
            underWay.clear();
            failures.clear();
            memory = Memory.NONE;
            volumes = PodView.Volumes.UNKNOWN;
        }

        /// A container ends by itself, well or badly.
        private void crash() {
            runtime.observe(UID).runs().stream()
                    .filter(ContainerRun::running)
                    .findAny()
                    .ifPresent(run -> runtime.perform(pod, new Action.KillContainer(run.id())));
        }

        private void step() {
            Set<String> inFlight = new HashSet<>();
            underWay.forEach(action -> inFlight.add(action.key()));
            Observed observed = runtime.observe(UID);
            PodStep step = PodMachine.step(new PodView(
                    pod,
                    gone,
                    accepted,
                    "",
                    volumes,
                    observed,
                    Map.of(),
                    inFlight,
                    failures,
                    memory,
                    status,
                    "192.0.2.1",
                    clock.now));
            check(step, observed);
            memory = step.memory();
            status = step.status();
            over = step.over();
            underWay.addAll(step.actions());
        }

        private void check(PodStep step, Observed observed) {
            boolean ending = gone || pod.metadata().deletionTimestamp() != null;
            for (Action action : step.actions()) {
                boolean starts = action instanceof Action.StartContainer || action instanceof Action.RunSandbox;
                assertThat(starts && (!accepted || ending))
                        .as("starts %s", action)
                        .isFalse();
                if (action instanceof Action.StartContainer start) {
                    checkStart(start, observed);
                }
                if (action instanceof Action.ConfirmDeletion) {
                    assertThat(observed).isEqualTo(Observed.NOTHING);
                }
            }
            if (PodFacts.finished(status.phase())) {
                assertThat(step.status().phase()).isEqualTo(status.phase());
            }
            if (step.over()) {
                assertThat(observed).isEqualTo(Observed.NOTHING);
            }
            assertThat(step.status().containerStatuses()).allSatisfy(container -> {
                var state = container.state();
                long set = java.util.stream.Stream.of(state.running(), state.terminated(), state.waiting())
                        .filter(java.util.Objects::nonNull)
                        .count();
                assertThat(set).isEqualTo(1);
            });
        }

        private void checkStart(Action.StartContainer start, Observed observed) {
            assertThat(observed.runs(start.container().name())).noneMatch(ContainerRun::running);
            assertThat(observed.sandbox().map(Sandbox::id))
                    .contains(start.sandbox().id());
            boolean main = pod.spec().containers().contains(start.container());
            if (main && observed.runs("main").isEmpty()) {
                for (Container init : pod.spec().initContainers()) {
                    assertThat(observed.runs(init.name()))
                            .as("init containers have run")
                            .isNotEmpty();
                }
            }
            int before = observed.latest(start.container().name())
                    .map(ContainerRun::attempt)
                    .orElse(-1);
            assertThat(start.attempt()).isGreaterThan(before);
        }

        private void finish(Action action, boolean well) {
            boolean mayFail = action instanceof Action.StartContainer || action instanceof Action.RunSandbox;
            if (!well && mayFail) {
                Failure before = failures.get(action.key());
                failures.put(
                        action.key(),
                        new Failure("RunContainerError", "drawn", before == null ? 1 : before.count() + 1, clock.now));
                return;
            }
            failures.remove(action.key());
            switch (action) {
                case Action.ConfirmDeletion() -> gone = true;
                case Action.PrepareVolumes() -> volumes = PodView.Volumes.READY;
                case Action.CleanVolumes() -> volumes = PodView.Volumes.CLEANED;
                case Action.StartContainer start -> {
                    assertThat(attempts.add(start.container().name() + start.attempt()))
                            .as("no attempt is made twice")
                            .isTrue();
                    runtime.perform(pod, start);
                }
                default -> runtime.perform(pod, action);
            }
        }
    }
}
