package dev.shiplog.schemas.table;

import dev.shiplog.core.v1.Node;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Nodes as a table.
final class NodeTable {
    static final Shape SHAPE = Shape.computed(
            Node.class,
            List.of(
                    Column.ofName(),
                    Column.text("Status", "Whether the node is ready, and takes new pods."),
                    Column.text("Roles", "Roles of the node, from its labels."),
                    Column.ofAge(),
                    Column.text("Version", "Version of the node agent."),
                    Column.wide("Internal-IP", "Address of the node inside the cluster."),
                    Column.wide("External-IP", "Address of the node from outside."),
                    Column.wide("OS-Image", "Operating system."),
                    Column.wide("Kernel-Version", "Version of the kernel."),
                    Column.wide("Container-Runtime", "Container runtime and its version.")),
            NodeTable::cells);
    private static final String ROLE_PREFIX = "node-role.kubernetes.io/";

    private NodeTable() {}

    private static List<@Nullable Object> cells(Node node, Instant now) {
        var info = node.status().nodeInfo();
        return Arrays.asList(
                node.metadata().name(),
                status(node),
                roles(node.metadata().labels()),
                Ages.since(node.metadata().creationTimestamp(), now),
                info.kubeletVersion(),
                address(node, "InternalIP"),
                address(node, "ExternalIP"),
                Texts.orUnknown(info.osImage()),
                Texts.orUnknown(info.kernelVersion()),
                Texts.orUnknown(info.containerRuntimeVersion()));
    }

    private static String status(Node node) {
        String status = node.status().conditions().stream()
                .filter(condition -> condition.type().equals("Ready"))
                .map(condition -> condition.status().equals("True") ? "Ready" : "NotReady")
                .findFirst()
                .orElse("Unknown");
        return node.spec().unschedulable() ? status + ",SchedulingDisabled" : status;
    }

    private static String roles(Map<String, String> labels) {
        var roles = new TreeSet<String>();
        labels.forEach((key, value) -> {
            if (key.startsWith(ROLE_PREFIX) && key.length() > ROLE_PREFIX.length()) {
                roles.add(key.substring(ROLE_PREFIX.length()));
            } else if (key.equals("kubernetes.io/role") && !value.isEmpty()) {
                roles.add(value);
            }
        });
        return Texts.orNone(String.join(",", roles));
    }

    private static String address(Node node, String type) {
        return node.status().addresses().stream()
                .filter(address -> address.type().equals(type))
                .map(address -> address.address())
                .findFirst()
                .orElse(Texts.NONE);
    }
}
