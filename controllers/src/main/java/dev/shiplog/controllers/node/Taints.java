package dev.shiplog.controllers.node;

import dev.shiplog.core.v1.Node;
import dev.shiplog.core.v1.NodeCondition;
import dev.shiplog.core.v1.Taint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The taints that follow from a node's conditions.
///
/// See kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration, "Taint based Evictions" and "Taint Nodes
/// by Condition".
final class Taints {
    static final String NOT_READY = "node.kubernetes.io/not-ready";
    static final String UNREACHABLE = "node.kubernetes.io/unreachable";
    static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";
    static final String NO_SCHEDULE = "NoSchedule";
    static final String NO_EXECUTE = "NoExecute";
    private static final Map<String, String> PRESSURES = Map.of(
            "MemoryPressure", "node.kubernetes.io/memory-pressure",
            "DiskPressure", "node.kubernetes.io/disk-pressure",
            "PIDPressure", "node.kubernetes.io/pid-pressure",
            "NetworkUnavailable", "node.kubernetes.io/network-unavailable");

    /// Whether pods may be put out of nodes at all.
    enum Eviction {
        ALLOWED,
        SUSPENDED
    }

    private Taints() {}

    /// All taints the node should have: those of others as they are, ours as the conditions say.
    static List<Taint> wanted(Node node, Eviction eviction, Instant now) {
        var wanted = new ArrayList<Taint>();
        @Nullable NodeCondition ready = condition(node, "Ready");
        @Nullable
        String trouble = ready == null || ready.status().equals("False")
                ? NOT_READY
                : ready.status().equals("Unknown") ? UNREACHABLE : null;
        if (trouble != null) {
            add(wanted, node, trouble, NO_SCHEDULE, now);
            if (eviction == Eviction.ALLOWED) {
                add(wanted, node, trouble, NO_EXECUTE, now);
            }
        }
        if (node.spec().unschedulable()) {
            add(wanted, node, UNSCHEDULABLE, NO_SCHEDULE, now);
        }
        PRESSURES.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(pressure -> {
            @Nullable NodeCondition condition = condition(node, pressure.getKey());
            if (condition != null && condition.status().equals("True")) {
                add(wanted, node, pressure.getValue(), NO_SCHEDULE, now);
            }
        });
        var all = new ArrayList<Taint>();
        for (Taint taint : node.spec().taints()) {
            if (!ours(taint) || wanted.contains(taint)) {
                all.add(taint);
            }
        }
        wanted.stream().filter(taint -> !all.contains(taint)).forEach(all::add);
        return all;
    }

    private static boolean ours(Taint taint) {
        return taint.key().equals(NOT_READY)
                || taint.key().equals(UNREACHABLE)
                || taint.key().equals(UNSCHEDULABLE)
                || PRESSURES.containsValue(taint.key());
    }

    /// A taint that is there already keeps its time.
    private static void add(List<Taint> taints, Node node, String key, String effect, Instant now) {
        taints.add(node.spec().taints().stream()
                .filter(taint -> taint.key().equals(key) && taint.effect().equals(effect))
                .findFirst()
                .orElseGet(() ->
                        Taint.builder().key(key).effect(effect).timeAdded(now).build()));
    }

    static @Nullable NodeCondition condition(Node node, String type) {
        return node.status().conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElse(null);
    }
}
