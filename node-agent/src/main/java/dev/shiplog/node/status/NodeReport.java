package dev.shiplog.node.status;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a node tells the API server of itself.
///
/// @param problems why the node is not ready; empty when it is
public record NodeReport(
        String name,
        MachineFacts machine,
        String address,
        int port,
        String runtimeVersion,
        String agentVersion,
        Pressure pressure,
        List<String> problems,
        List<Stored> images) {
    public static final int PODS_MAX = 110;

    private static final int IMAGES_MAX = 50;

    /// An image on the node.
    public record Stored(List<String> names, long bytes) {}

    /// The Node to register.
    public ObjectNode node(Map<String, Instant> since, Instant now) {
        ObjectNode node =
                JsonNodeFactory.instance.objectNode().put("apiVersion", "v1").put("kind", "Node");
        ObjectNode labels = node.putObject("metadata").put("name", name).putObject("labels");
        labels.put("kubernetes.io/hostname", name);
        labels.put("kubernetes.io/os", "linux");
        labels.put("kubernetes.io/arch", machine.architecture());
        node.putObject("spec");
        node.set("status", status(since, now));
        return node;
    }

    /// The status of the Node.
    ///
    /// @param since when each condition got its present value; what changes is changed in it
    public ObjectNode status(Map<String, Instant> since, Instant now) {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        amounts(status.putObject("capacity"));
        amounts(status.putObject("allocatable"));
        conditions(status.putArray("conditions"), since, now.truncatedTo(ChronoUnit.SECONDS));
        ArrayNode addresses = status.putArray("addresses");
        addresses.addObject().put("type", "InternalIP").put("address", address);
        addresses.addObject().put("type", "Hostname").put("address", name);
        status.putObject("daemonEndpoints").putObject("kubeletEndpoint").put("Port", port);
        status.putObject("nodeInfo")
                .put("machineID", machine.machineId())
                .put("systemUUID", machine.systemUuid())
                .put("bootID", machine.bootId())
                .put("kernelVersion", machine.kernel())
                .put("osImage", machine.osImage())
                .put("containerRuntimeVersion", runtimeVersion)
                .put("kubeletVersion", agentVersion)
                .put("kubeProxyVersion", agentVersion)
                .put("operatingSystem", "linux")
                .put("architecture", machine.architecture());
        ArrayNode list = status.putArray("images");
        images.stream().limit(IMAGES_MAX).forEach(image -> {
            ObjectNode each = list.addObject();
            ArrayNode names = each.putArray("names");
            image.names().forEach(names::add);
            each.put("sizeBytes", image.bytes());
        });
        return status;
    }

    /// What pods may use, as quantities.
    public Map<String, String> amounts() {
        Map<String, String> amounts = new TreeMap<>();
        amounts.put("cpu", Integer.toString(machine.cores()));
        amounts.put("memory", machine.memoryBytes() / 1024 + "Ki");
        amounts.put("ephemeral-storage", machine.diskBytes() / 1024 + "Ki");
        amounts.put("pods", Integer.toString(PODS_MAX));
        return amounts;
    }

    private void amounts(ObjectNode into) {
        amounts().forEach(into::put);
    }

    /// In Kubernetes' words, so that what waits for them or shows them works. Each has a message, as the node
    /// controller leaves one of its own on a node that was silent.
    private void conditions(ArrayNode into, Map<String, Instant> since, Instant now) {
        add(
                into,
                since,
                now,
                "MemoryPressure",
                pressure.memory()
                        ? new Word("KubeletHasInsufficientMemory", "kubelet has insufficient memory available")
                        : new Word("KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
                pressure.memory());
        add(
                into,
                since,
                now,
                "DiskPressure",
                pressure.disk()
                        ? new Word("KubeletHasDiskPressure", "kubelet has disk pressure")
                        : new Word("KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
                pressure.disk());
        add(
                into,
                since,
                now,
                "PIDPressure",
                pressure.pids()
                        ? new Word("KubeletHasInsufficientPID", "kubelet has insufficient PID available")
                        : new Word("KubeletHasSufficientPID", "kubelet has sufficient PID available"),
                pressure.pids());
        boolean ready = problems.isEmpty();
        add(
                into,
                since,
                now,
                "Ready",
                ready
                        ? new Word("KubeletReady", "kubelet is posting ready status")
                        : new Word("KubeletNotReady", String.join("; ", problems)),
                ready);
    }

    private record Word(String reason, String message) {}

    private static void add(
            ArrayNode into, Map<String, Instant> since, Instant now, String type, Word word, boolean holds) {
        String value = holds ? "True" : "False";
        Instant changed = since.computeIfAbsent(type + value, _ -> now);
        since.remove(type + (holds ? "False" : "True"));
        into.addObject()
                .put("type", type)
                .put("status", value)
                .put("reason", word.reason())
                .put("message", word.message())
                .put("lastHeartbeatTime", now.toString())
                .put("lastTransitionTime", changed.toString());
    }
}
