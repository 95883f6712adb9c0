package dev.shiplog.node.hollow;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.ContainerStatus;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.node.pod.Action;
import dev.shiplog.node.pod.ContainerRun;
import dev.shiplog.node.pod.Observed;
import dev.shiplog.node.pod.Sandbox;
import dev.shiplog.node.pod.Statuses;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Containers that exist on paper: they start at once, init containers end at once, and nothing ever runs.
public final class HollowRuntime {
    private final Clock clock;
    private String addressPrefix;
    private final Map<String, Observed> pods = new HashMap<>();
    private int addresses;

    /// @param addressPrefix what the addresses of the pods begin with, such as `10.42.7.`
    public HollowRuntime(Clock clock, String addressPrefix) {
        this.clock = clock;
        this.addressPrefix = addressPrefix;
    }

    /// Addresses given from now on begin so.
    public synchronized void addresses(String prefix) {
        addressPrefix = prefix;
    }

    /// Takes over what a pod's status says that runs.
    public synchronized void adopt(Pod pod) {
        String uid = pod.metadata().uid();
        if (pods.containsKey(uid) || pod.status().podIP().isEmpty()) {
            return;
        }
        Instant since = pod.status().startTime() == null ? now() : pod.status().startTime();
        String id = "hollow-" + uid + "-0";
        var sandbox = new Sandbox(id, 0, true, List.of(pod.status().podIP()), since);
        List<ContainerRun> runs = new ArrayList<>();
        for (ContainerStatus status : pod.status().containerStatuses()) {
            var running = status.state().running();
            if (running != null) {
                Instant started = running.startedAt() == null ? since : running.startedAt();
                runs.add(new ContainerRun(
                        Statuses.runId(status.containerID()),
                        status.name(),
                        id,
                        status.restartCount(),
                        ContainerRun.State.RUNNING,
                        started,
                        started,
                        null,
                        0,
                        "",
                        "",
                        status.image(),
                        status.imageID()));
            }
        }
        if (!runs.isEmpty()) {
            pods.put(uid, new Observed(List.of(sandbox), runs));
        }
    }

    public synchronized Observed observe(String uid) {
        return pods.getOrDefault(uid, Observed.NOTHING);
    }

    public synchronized List<String> uids() {
        return List.copyOf(pods.keySet());
    }

    public synchronized void perform(Pod pod, Action action) {
        String uid = pod.metadata().uid();
        Observed before = pods.getOrDefault(uid, Observed.NOTHING);
        Observed after = after(pod, before, action);
        if (after.sandboxes().isEmpty() && after.runs().isEmpty()) {
            pods.remove(uid);
        } else {
            pods.put(uid, after);
        }
    }

    private Observed after(Pod pod, Observed before, Action action) {
        List<Sandbox> sandboxes = new ArrayList<>(before.sandboxes());
        List<ContainerRun> runs = new ArrayList<>(before.runs());
        switch (action) {
            case Action.RunSandbox(int attempt) -> sandboxes.add(sandbox(pod, attempt));
            case Action.StopSandbox(String id) ->
                sandboxes.replaceAll(each -> each.id().equals(id) ? stopped(each) : each);
            case Action.RemoveSandbox(String id) -> {
                sandboxes.removeIf(each -> each.id().equals(id));
                runs.removeIf(each -> each.sandboxId().equals(id));
            }
            case Action.StartContainer start -> runs.add(run(pod, start));
            case Action.StopContainer stop -> runs.replaceAll(each -> each.id().equals(stop.id()) ? ended(each) : each);
            case Action.KillContainer(String id) ->
                runs.replaceAll(each -> each.id().equals(id) ? ended(each) : each);
            case Action.RemoveContainer(String id) ->
                runs.removeIf(each -> each.id().equals(id));
            case Action.PrepareVolumes(), Action.CleanVolumes(), Action.ConfirmDeletion() -> {}
        }
        return new Observed(sandboxes, runs);
    }

    private Sandbox sandbox(Pod pod, int attempt) {
        addresses = addresses % 253 + 1;
        String id = "hollow-" + pod.metadata().uid() + "-" + attempt;
        return new Sandbox(id, attempt, true, List.of(addressPrefix + (addresses + 1)), now());
    }

    private static Sandbox stopped(Sandbox sandbox) {
        return new Sandbox(sandbox.id(), sandbox.attempt(), false, List.of(), sandbox.createdAt());
    }

    private ContainerRun run(Pod pod, Action.StartContainer start) {
        Container container = start.container();
        boolean endsAtOnce =
                pod.spec().initContainers().contains(container) && !"Always".equals(container.restartPolicy());
        var run = new ContainerRun(
                "hollow-" + pod.metadata().uid() + "-" + container.name() + "-" + start.attempt(),
                container.name(),
                start.sandbox().id(),
                start.attempt(),
                ContainerRun.State.RUNNING,
                now(),
                now(),
                null,
                0,
                "",
                "",
                container.image(),
                container.image());
        return endsAtOnce ? ended(run) : run;
    }

    private ContainerRun ended(ContainerRun run) {
        return new ContainerRun(
                run.id(),
                run.name(),
                run.sandboxId(),
                run.attempt(),
                ContainerRun.State.EXITED,
                run.createdAt(),
                run.startedAt(),
                now(),
                0,
                "Completed",
                "",
                run.image(),
                run.imageId());
    }

    private Instant now() {
        return clock.instant();
    }
}
