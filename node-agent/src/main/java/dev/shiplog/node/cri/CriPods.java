package dev.shiplog.node.cri;

import dev.shiplog.node.cri.v1.Container;
import dev.shiplog.node.cri.v1.ContainerState;
import dev.shiplog.node.cri.v1.ContainerStatus;
import dev.shiplog.node.cri.v1.PodSandbox;
import dev.shiplog.node.cri.v1.PodSandboxState;
import dev.shiplog.node.cri.v1.PodSandboxStatus;
import dev.shiplog.node.pod.ContainerRun;
import dev.shiplog.node.pod.Observed;
import dev.shiplog.node.pod.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What a runtime has of the pods of one agent. Sees only what carries that agent's label.
public final class CriPods {
    private static final int MESSAGE_BYTES_MAX = 4_096;
    private static final int LOG_TAIL_BYTES_MAX = 2_048;

    private final CriClient client;
    private final String agent;
    private final PodPaths paths;
    /// Runs that have ended do not change any more.
    private final Map<String, ContainerRun> ended = new ConcurrentHashMap<>();

    public CriPods(CriClient client, String agent, PodPaths paths) {
        this.client = client;
        this.agent = agent;
        this.paths = paths;
    }

    /// A pod as lists show it.
    public record Entry(Map<String, String> labels, String marks) {}

    /// A container that runs, and where its log is.
    public record RunningLog(String id, Path log) {}

    /// Every pod of this agent, by uid.
    public Map<String, Entry> list() {
        Map<String, Map<String, String>> labels = new TreeMap<>();
        Map<String, StringBuilder> marks = new TreeMap<>();
        for (PodSandbox sandbox : client.sandboxes(mine())) {
            note(labels, marks, sandbox.getLabelsMap(), sandbox.getId() + sandbox.getStateValue());
        }
        for (Container container : client.containers(mine())) {
            note(labels, marks, container.getLabelsMap(), container.getId() + container.getStateValue());
        }
        Map<String, Entry> entries = new TreeMap<>();
        labels.forEach((uid, map) -> entries.put(uid, new Entry(map, String.valueOf(marks.get(uid)))));
        return entries;
    }

    private static void note(
            Map<String, Map<String, String>> labels,
            Map<String, StringBuilder> marks,
            Map<String, String> own,
            String mark) {
        String uid = own.getOrDefault(Labels.POD_UID, "");
        if (!uid.isEmpty()) {
            labels.putIfAbsent(uid, own);
            marks.computeIfAbsent(uid, _ -> new StringBuilder()).append(mark).append(' ');
        }
    }

    public Observed observe(String uid) {
        Map<String, String> filter = Map.of(Labels.AGENT, agent, Labels.POD_UID, uid);
        List<Sandbox> sandboxes = new ArrayList<>();
        for (PodSandbox sandbox : client.sandboxes(filter)) {
            sandboxes.add(sandbox(sandbox));
        }
        List<ContainerRun> runs = new ArrayList<>();
        for (Container container : client.containers(filter)) {
            ContainerRun known = ended.get(container.getId());
            if (known != null) {
                runs.add(known);
                continue;
            }
            client.containerStatus(container.getId()).ifPresent(status -> {
                ContainerRun run = run(container, status);
                if (status.getState() == ContainerState.CONTAINER_EXITED) {
                    ended.put(run.id(), run);
                }
                runs.add(run);
            });
        }
        return new Observed(sandboxes, runs);
    }

    private Sandbox sandbox(PodSandbox sandbox) {
        boolean ready = sandbox.getState() == PodSandboxState.SANDBOX_READY;
        List<String> addresses = new ArrayList<>();
        if (ready) {
            try {
                PodSandboxStatus status =
                        client.podSandboxStatus(sandbox.getId(), false).getStatus();
                if (!status.getNetwork().getIp().isEmpty()) {
                    addresses.add(status.getNetwork().getIp());
                    status.getNetwork().getAdditionalIpsList().forEach(ip -> addresses.add(ip.getIp()));
                }
                ready = status.getState() == PodSandboxState.SANDBOX_READY;
            } catch (CriException e) {
                if (e.kind() != CriException.Kind.NOT_FOUND) {
                    throw e;
                }
                ready = false;
            }
        }
        return new Sandbox(
                sandbox.getId(), sandbox.getMetadata().getAttempt(), ready, addresses, time(sandbox.getCreatedAt()));
    }

    private ContainerRun run(Container container, ContainerStatus status) {
        ContainerRun.State state = state(status.getState());
        boolean exited = state == ContainerRun.State.EXITED;
        return new ContainerRun(
                container.getId(),
                container.getMetadata().getName(),
                container.getPodSandboxId(),
                container.getMetadata().getAttempt(),
                state,
                time(status.getCreatedAt()),
                status.getStartedAt() == 0 ? null : time(status.getStartedAt()),
                status.getFinishedAt() == 0
                        ? (exited ? time(status.getCreatedAt()) : null)
                        : time(status.getFinishedAt()),
                status.getState() == ContainerState.CONTAINER_UNKNOWN ? 255 : status.getExitCode(),
                exited ? reason(status) : "",
                exited ? message(container, status) : "",
                container.getAnnotationsOrDefault(Labels.IMAGE, ""),
                status.getImageRef());
    }

    private static String reason(ContainerStatus status) {
        return switch (status.getReason()) {
            case "" -> status.getExitCode() == 0 ? "Completed" : "Error";
            case "Unknown" -> "ContainerStatusUnknown";
            default -> status.getReason();
        };
    }

    private static ContainerRun.State state(ContainerState state) {
        return switch (state) {
            case CONTAINER_CREATED -> ContainerRun.State.CREATED;
            case CONTAINER_RUNNING -> ContainerRun.State.RUNNING;
            default -> ContainerRun.State.EXITED;
        };
    }

    /// What the container left in its message file; if that is empty and the pod asks for it, the end of its log.
    private String message(Container container, ContainerStatus status) {
        Map<String, String> labels = container.getLabelsMap();
        String uid = labels.getOrDefault(Labels.POD_UID, "");
        int attempt = container.getMetadata().getAttempt();
        String name = container.getMetadata().getName();
        String written = tail(paths.message(uid, name, attempt), MESSAGE_BYTES_MAX);
        if (!written.isEmpty()) {
            return written;
        }
        boolean fromLog =
                container.getAnnotationsOrDefault(Labels.MESSAGE_POLICY, "").equals("FallbackToLogsOnError")
                        && status.getExitCode() != 0;
        if (fromLog) {
            return LogText.contents(tail(
                    paths.log(
                            labels.getOrDefault(Labels.POD_NAMESPACE, ""),
                            labels.getOrDefault(Labels.POD_NAME, ""),
                            uid,
                            name,
                            attempt),
                    LOG_TAIL_BYTES_MAX));
        }
        return status.getMessage();
    }

    private static String tail(@Nullable Path file, int max) {
        if (file == null || !Files.isRegularFile(file)) {
            return "";
        }
        try (var channel = Files.newByteChannel(file)) {
            channel.position(Math.max(0, channel.size() - max));
            var buffer = java.nio.ByteBuffer.allocate(max);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // until the buffer is full or the file ends
            }
            return new String(buffer.array(), 0, buffer.position(), java.nio.charset.StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /// The running containers of this agent, with their logs.
    public List<RunningLog> runningLogs() {
        return client.containers(mine()).stream()
                .filter(container -> container.getState() == ContainerState.CONTAINER_RUNNING)
                .map(container -> new RunningLog(
                        container.getId(),
                        paths.log(
                                container.getLabelsOrDefault(Labels.POD_NAMESPACE, ""),
                                container.getLabelsOrDefault(Labels.POD_NAME, ""),
                                container.getLabelsOrDefault(Labels.POD_UID, ""),
                                container.getMetadata().getName(),
                                container.getMetadata().getAttempt())))
                .toList();
    }

    /// The images of all containers that the runtime has, whoever made them.
    public Set<String> imagesInUse() {
        Set<String> used = new HashSet<>();
        for (Container container : client.containers(Map.of())) {
            used.add(container.getImageRef());
            used.add(container.getImage().getImage());
        }
        return used;
    }

    public void forgetRun(String id) {
        ended.remove(id);
    }

    public void forget(String uid) {
        Set<String> known = new HashSet<>();
        client.containers(mine()).forEach(container -> known.add(container.getId()));
        ended.keySet().retainAll(known);
    }

    private Map<String, String> mine() {
        return Map.of(Labels.AGENT, agent);
    }

    private static Instant time(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }
}
