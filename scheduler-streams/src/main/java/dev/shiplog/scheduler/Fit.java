package dev.shiplog.scheduler;

import dev.shiplog.core.v1.NodeSelectorRequirement;
import dev.shiplog.core.v1.NodeSelectorTerm;
import dev.shiplog.core.v1.Taint;
import dev.shiplog.core.v1.Toleration;
import dev.shiplog.scheduler.NodeState.Offer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Whether a pod may run on a node, and if not, why: the texts that `kubectl describe pod` shows.
///
/// See kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node, …/taint-and-toleration and
/// …/configuration/manage-resources-containers.
final class Fit {
    private static final String NO_SCHEDULE = "NoSchedule";
    private static final String NO_EXECUTE = "NoExecute";
    static final String PREFER_NO_SCHEDULE = "PreferNoSchedule";
    private static final String NAME_FIELD = "metadata.name";

    private Fit() {}

    /// The reasons against; none means that it fits.
    static List<String> refusals(Shape shape, NodeState node) {
        Offer offer = node.offer();
        if (!node.present()) {
            return List.of("node(s) were gone");
        }
        if (offer.unschedulable() && !toleratesUnschedulable(shape)) {
            return List.of("node(s) were unschedulable");
        }
        if (!offer.ready() && !toleratesNotReady(shape)) {
            return List.of("node(s) were not ready");
        }
        if (!offer.taints().isEmpty() && untolerated(shape, offer)) {
            return List.of("node(s) had untolerated taint(s)");
        }
        if (!selected(shape, node)) {
            return List.of("node(s) didn't match Pod's node affinity/selector");
        }
        for (Shape.HostPort port : shape.ports()) {
            if (!node.free(port)) {
                return List.of("node(s) didn't have free ports for the requested pod ports");
            }
        }
        return lacking(shape, node);
    }

    private static List<String> lacking(Shape shape, NodeState node) {
        @Nullable List<String> lacking = null;
        for (Map.Entry<String, Long> wanted : shape.requests().of().entrySet()) {
            String name = wanted.getKey();
            long free = node.offer().allocatable().get(name) - node.taken().get(name);
            if (wanted.getValue() > 0 && wanted.getValue() > free) {
                lacking = lacking == null ? new ArrayList<>() : lacking;
                lacking.add(name.equals(Amounts.PODS) ? "Too many pods" : "Insufficient " + name);
            }
        }
        return lacking == null ? List.of() : lacking;
    }

    private static boolean toleratesUnschedulable(Shape shape) {
        Taint taint = Taint.builder()
                .key("node.kubernetes.io/unschedulable")
                .effect(NO_SCHEDULE)
                .build();
        return tolerated(shape, taint);
    }

    /// A node that is not ready is tainted a moment later; until then the condition counts as the taint.
    private static boolean toleratesNotReady(Shape shape) {
        Taint taint = Taint.builder()
                .key("node.kubernetes.io/not-ready")
                .effect(NO_SCHEDULE)
                .build();
        return tolerated(shape, taint);
    }

    private static boolean untolerated(Shape shape, Offer offer) {
        for (Taint taint : offer.taints()) {
            boolean bars = taint.effect().equals(NO_SCHEDULE) || taint.effect().equals(NO_EXECUTE);
            if (bars && !tolerated(shape, taint)) {
                return true;
            }
        }
        return false;
    }

    static boolean tolerated(Shape shape, Taint taint) {
        for (Toleration toleration : shape.tolerations()) {
            if (tolerates(toleration, taint)) {
                return true;
            }
        }
        return false;
    }

    private static boolean tolerates(Toleration toleration, Taint taint) {
        boolean effect = toleration.effect().isEmpty() || toleration.effect().equals(taint.effect());
        boolean exists = toleration.operator().equals("Exists");
        boolean key = toleration.key().equals(taint.key()) || (toleration.key().isEmpty() && exists);
        return effect && key && (exists || toleration.value().equals(taint.value()));
    }

    private static boolean selected(Shape shape, NodeState node) {
        Map<String, String> labels = node.offer().labels();
        if (!shape.nodeSelector().isEmpty()
                && !labels.entrySet().containsAll(shape.nodeSelector().entrySet())) {
            return false;
        }
        @Nullable List<NodeSelectorTerm> terms = shape.affinity();
        return terms == null || terms.stream().anyMatch(term -> matches(term, node));
    }

    /// A term without any requirement matches nothing.
    private static boolean matches(NodeSelectorTerm term, NodeState node) {
        boolean some = !term.matchExpressions().isEmpty() || !term.matchFields().isEmpty();
        return some
                && term.matchExpressions().stream()
                        .allMatch(each -> matches(each, node.offer().labels().get(each.key())))
                && term.matchFields().stream()
                        .allMatch(each -> matches(each, each.key().equals(NAME_FIELD) ? node.name() : null));
    }

    private static boolean matches(NodeSelectorRequirement requirement, @Nullable String value) {
        return switch (requirement.operator()) {
            case "In" -> value != null && requirement.values().contains(value);
            case "NotIn" -> value == null || !requirement.values().contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            case "Gt" -> compared(requirement, value) > 0;
            case "Lt" -> compared(requirement, value) < 0;
            default -> false;
        };
    }

    /// 0 when either is no whole number.
    private static int compared(NodeSelectorRequirement requirement, @Nullable String value) {
        try {
            return value == null || requirement.values().size() != 1
                    ? 0
                    : Long.compare(
                            Long.parseLong(value),
                            Long.parseLong(requirement.values().getFirst()));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
