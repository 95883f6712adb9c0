package dev.shiplog.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.node.api.ApiClient;
import dev.shiplog.node.cri.PodPaths;
import dev.shiplog.node.pod.ContainerRun;
import dev.shiplog.node.pod.Observed;
import dev.shiplog.node.pod.PodFacts;
import dev.shiplog.node.server.PodLogs;
import dev.shiplog.schemas.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What the agent's port shows of the nodes of this process.
final class AgentPods implements PodLogs {
    private final List<NodeHost> nodes;
    private final PodPaths paths;

    AgentPods(List<NodeHost> nodes, PodPaths paths) {
        this.nodes = nodes;
        this.paths = paths;
    }

    @Override
    public Answer log(String namespace, String podName, String container, Which which) {
        for (NodeHost node : nodes) {
            for (Map.Entry<String, Pod> entry : node.pods().entrySet()) {
                var metadata = entry.getValue().metadata();
                if (metadata.namespace().equals(namespace) && metadata.name().equals(podName)) {
                    return log(node, entry.getValue(), container, which);
                }
            }
        }
        return new NoPod("pod \"%s/%s\" is not on this node".formatted(namespace, podName));
    }

    private Answer log(NodeHost node, Pod pod, String container, Which which) {
        boolean known = PodFacts.containers(pod).anyMatch(each -> each.name().equals(container));
        if (!known) {
            return new NotNow("container " + container + " is not in pod "
                    + pod.metadata().name());
        }
        String uid = pod.metadata().uid();
        List<ContainerRun> runs = node.observed(uid).orElse(Observed.NOTHING).runs(container);
        int wanted = which == Which.PREVIOUS ? 1 : 0;
        if (runs.size() <= wanted) {
            return new NotNow((which == Which.PREVIOUS ? "no former run of container \"" : "container \"")
                    + container
                    + "\" in pod \""
                    + pod.metadata().name()
                    + (which == Which.PREVIOUS ? "\" is here" : "\" is waiting to start"));
        }
        ContainerRun run = runs.get(wanted);
        Path log = paths.log(pod.metadata().namespace(), pod.metadata().name(), uid, container, run.attempt());
        if (!Files.isReadable(log)) {
            return new NotNow("container \"" + container + "\" has no log");
        }
        return new Found(
                log,
                () -> node.observed(uid).orElse(Observed.NOTHING).runs(container).stream()
                        .anyMatch(each -> each.id().equals(run.id()) && !each.exited()));
    }

    @Override
    public JsonNode pods() {
        ObjectNode list = ApiClient.object().put("apiVersion", "v1").put("kind", "PodList");
        list.putObject("metadata");
        ArrayNode items = list.putArray("items");
        nodes.forEach(node -> node.pods().values().forEach(pod -> items.add(Json.toTree(pod))));
        return list;
    }

    @Override
    public String metrics() {
        long pods = 0;
        long containers = 0;
        // Hollow nodes start nothing worth timing; a real agent has one node.
        String startTimes = nodes.size() == 1 ? nodes.getFirst().startTimes().text() : "";
        for (NodeHost node : nodes) {
            for (String uid : node.pods().keySet()) {
                Observed observed = node.observed(uid).orElse(Observed.NOTHING);
                long running =
                        observed.runs().stream().filter(ContainerRun::running).count();
                containers += running;
                pods += running > 0 ? 1 : 0;
            }
        }
        return """
                # HELP kubelet_running_pods Pods with a running container.
                # TYPE kubelet_running_pods gauge
                kubelet_running_pods %d
                # HELP kubelet_running_containers Running containers.
                # TYPE kubelet_running_containers gauge
                kubelet_running_containers{container_state="running"} %d
                """.formatted(pods, containers) + startTimes;
    }

    @Override
    public String unhealthy() {
        return nodes.stream().allMatch(NodeHost::registered) ? "" : "not registered with the API server";
    }
}
