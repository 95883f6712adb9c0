package dev.shiplog.node.pod;

import dev.shiplog.core.v1.ContainerStatus;
import dev.shiplog.core.v1.PodCondition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The conditions of a pod. One that has not changed keeps the time of its last change; others' conditions are kept.
final class PodConditions {
    private static final Set<String> OURS =
            Set.of("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled");

    private final PodView view;
    private final List<PodCondition> conditions = new ArrayList<>();

    private PodConditions(PodView view) {
        this.view = view;
    }

    static List<PodCondition> of(
            PodView view,
            String phase,
            boolean initialised,
            List<ContainerStatus> init,
            List<ContainerStatus> main,
            List<String> addresses) {
        var made = new PodConditions(view);
        boolean done = PodFacts.finished(phase);
        boolean sandbox = view.observed().sandbox().map(Sandbox::ready).orElse(false) && !addresses.isEmpty();
        List<String> lasting = PodFacts.sidecars(view.pod()).stream()
                .map(sidecar -> sidecar.name())
                .toList();
        List<String> unready =
                unready(Stream.concat(init.stream().filter(status -> lasting.contains(status.name())), main.stream()));
        boolean containersReady = !done && initialised && unready.isEmpty();
        String why = done
                ? phase.equals("Succeeded") ? "PodCompleted" : "PodFailed"
                : !containersReady ? "ContainersNotReady" : "";
        String what = containersReady || done ? "" : "containers with unready status: " + unready;
        List<String> gates = made.closedGates();
        made.add("PodReadyToStartContainers", sandbox, "", "");
        made.add(
                "Initialized",
                initialised,
                initialised ? (phase.equals("Succeeded") ? "PodCompleted" : "") : "ContainersNotInitialized",
                initialised ? "" : "containers with incomplete status: " + unready(init.stream()));
        made.add(
                "Ready",
                containersReady && gates.isEmpty(),
                containersReady && !gates.isEmpty() ? "ReadinessGatesNotReady" : why,
                containersReady && !gates.isEmpty() ? "not true: " + gates : what);
        made.add("ContainersReady", containersReady, why, what);
        made.add("PodScheduled", true, "", "");
        view.previous().conditions().stream()
                .filter(condition -> !OURS.contains(condition.type()))
                .forEach(made.conditions::add);
        return made.conditions;
    }

    private static List<String> unready(Stream<ContainerStatus> statuses) {
        return statuses.filter(status -> !status.ready())
                .map(ContainerStatus::name)
                .toList();
    }

    private List<String> closedGates() {
        return view.pod().spec().readinessGates().stream()
                .map(gate -> gate.conditionType())
                .filter(type -> view.pod().status().conditions().stream()
                        .noneMatch(condition -> condition.type().equals(type)
                                && condition.status().equals("True")))
                .toList();
    }

    private void add(String type, boolean holds, String reason, String message) {
        String status = holds ? "True" : "False";
        Instant since = view.previous().conditions().stream()
                .filter(before -> before.type().equals(type) && before.status().equals(status))
                .map(PodCondition::lastTransitionTime)
                .findFirst()
                .orElse(PodStatuses.seconds(view.now()));
        conditions.add(PodCondition.builder()
                .type(type)
                .status(status)
                .reason(reason)
                .message(message)
                .observedGeneration(view.pod().metadata().generation())
                .lastTransitionTime(since)
                .build());
    }
}
