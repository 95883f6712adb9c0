package dev.shiplog.schemas.table;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.ContainerStatus;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodCondition;
import dev.shiplog.core.v1.PodStatus;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/// Pods as a table. The status is the most telling of phase, reason and what the containers are at.
final class PodTable implements Shape {
    static final Shape SHAPE = new PodTable();
    private static final List<Column> COLUMNS = List.of(
            Column.ofName(),
            Column.text("Ready", "How many containers are ready, of how many."),
            Column.text("Status", "What the pod is at, or what keeps it."),
            Column.text("Restarts", "How often containers were restarted, and when last."),
            Column.ofAge(),
            Column.wide("IP", "Address of the pod."),
            Column.wide("Node", "Node that the pod runs on."),
            Column.wide("Nominated Node", "Node on which room is being made for the pod."),
            Column.wide("Readiness Gates", "How many further conditions of readiness are met, of how many."));

    private PodTable() {}

    @Override
    public List<Column> columns() {
        return COLUMNS;
    }

    @Override
    public List<@Nullable Object> cells(IndexedRecord object, Instant now) {
        Pod pod = (Pod) object;
        Progress progress = progress(pod);
        String restarts = progress.lastRestart == null || progress.restarts == 0
                ? Integer.toString(progress.restarts)
                : "%d (%s ago)".formatted(progress.restarts, Ages.since(progress.lastRestart, now));
        return Arrays.asList(
                pod.metadata().name(),
                progress.ready + "/" + progress.total,
                progress.reason,
                restarts,
                Ages.since(pod.metadata().creationTimestamp(), now),
                Texts.orNone(ip(pod.status())),
                Texts.orNone(pod.spec().nodeName()),
                Texts.orNone(pod.status().nominatedNodeName()),
                gates(pod));
    }

    @Override
    public @Nullable Mark mark(IndexedRecord object) {
        return switch (((Pod) object).status().phase()) {
            case "Succeeded" -> new Mark("Completed", "Succeeded", "The pod has completed.");
            case "Failed" -> new Mark("Completed", "Failed", "The pod has failed.");
            default -> null;
        };
    }

    private static String ip(PodStatus status) {
        return status.podIPs().isEmpty()
                ? status.podIP()
                : status.podIPs().getFirst().ip();
    }

    private static String gates(Pod pod) {
        var gates = pod.spec().readinessGates();
        if (gates.isEmpty()) {
            return Texts.NONE;
        }
        long met = gates.stream()
                .filter(gate -> isTrue(pod.status(), gate.conditionType()))
                .count();
        return met + "/" + gates.size();
    }

    private static boolean isTrue(PodStatus status, String type) {
        return status.conditions().stream()
                .anyMatch(condition ->
                        condition.type().equals(type) && condition.status().equals("True"));
    }

    /// What is being counted while going through the statuses of the containers.
    private static final class Progress {
        private String reason;
        private int total;
        private int ready;
        private int restarts;
        private @Nullable Instant lastRestart;

        private Progress(String reason, int total) {
            this.reason = reason;
            this.total = total;
        }

        private void restarted(ContainerStatus container) {
            restarts += container.restartCount();
            var ended = container.lastState().terminated();
            Instant at = ended == null ? null : ended.finishedAt();
            if (at != null && (lastRestart == null || at.isAfter(lastRestart))) {
                lastRestart = at;
            }
        }
    }

    private static Progress progress(Pod pod) {
        PodStatus status = pod.status();
        Set<String> sidecars = pod.spec().initContainers().stream()
                .filter(container -> "Always".equals(container.restartPolicy()))
                .map(Container::name)
                .collect(Collectors.toSet());
        var progress = new Progress(
                status.reason().isEmpty() ? status.phase() : status.reason(),
                pod.spec().containers().size() + sidecars.size());
        for (PodCondition condition : status.conditions()) {
            if (condition.type().equals("PodScheduled") && condition.reason().equals("SchedulingGated")) {
                progress.reason = "SchedulingGated";
            }
        }
        boolean initializing = initializing(pod, sidecars, progress);
        if (!initializing || isTrue(status, "Initialized")) {
            running(pod, sidecars, progress);
        }
        if (pod.metadata().deletionTimestamp() != null) {
            if (status.reason().equals("NodeLost")) {
                progress.reason = "Unknown";
            } else if (!status.phase().equals("Succeeded") && !status.phase().equals("Failed")) {
                progress.reason = "Terminating";
            }
        }
        return progress;
    }

    /// Goes through the init containers up to the first that is not done; says whether there is one.
    private static boolean initializing(Pod pod, Set<String> sidecars, Progress progress) {
        var statuses = pod.status().initContainerStatuses();
        for (int i = 0; i < statuses.size(); i++) {
            ContainerStatus container = statuses.get(i);
            progress.restarted(container);
            var terminated = container.state().terminated();
            var waiting = container.state().waiting();
            if (terminated != null && terminated.exitCode() == 0) {
                continue;
            }
            if (sidecars.contains(container.name()) && Boolean.TRUE.equals(container.started())) {
                progress.ready += container.ready() ? 1 : 0;
                continue;
            }
            if (terminated != null) {
                progress.reason = "Init:" + ended(terminated.reason(), terminated.signal(), terminated.exitCode());
            } else if (waiting != null
                    && !waiting.reason().isEmpty()
                    && !waiting.reason().equals("PodInitializing")) {
                progress.reason = "Init:" + waiting.reason();
            } else {
                progress.reason =
                        "Init:%d/%d".formatted(i, pod.spec().initContainers().size());
            }
            return true;
        }
        return false;
    }

    private static String ended(String reason, int signal, int exitCode) {
        if (!reason.isEmpty()) {
            return reason;
        }
        return signal != 0 ? "Signal:" + signal : "ExitCode:" + exitCode;
    }

    /// Once initialized, only the restarts of what still runs count. The first container has the last word.
    private static void running(Pod pod, Set<String> sidecars, Progress progress) {
        progress.restarts = 0;
        progress.lastRestart = null;
        pod.status().initContainerStatuses().stream()
                .filter(container -> sidecars.contains(container.name()))
                .forEach(progress::restarted);
        boolean anyRuns = false;
        for (ContainerStatus container : pod.status().containerStatuses().reversed()) {
            progress.restarted(container);
            var terminated = container.state().terminated();
            var waiting = container.state().waiting();
            if (waiting != null && !waiting.reason().isEmpty()) {
                progress.reason = waiting.reason();
            } else if (terminated != null) {
                progress.reason = ended(terminated.reason(), terminated.signal(), terminated.exitCode());
            } else if (container.ready() && container.state().running() != null) {
                anyRuns = true;
                progress.ready++;
            }
        }
        if (progress.reason.equals("Completed") && anyRuns) {
            progress.reason = isTrue(pod.status(), "Ready") ? "Running" : "NotReady";
        }
    }
}
