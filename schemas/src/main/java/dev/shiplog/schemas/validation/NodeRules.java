package dev.shiplog.schemas.validation;

import dev.shiplog.core.v1.Node;
import dev.shiplog.core.v1.NodeSpec;
import dev.shiplog.core.v1.Taint;
import java.util.HashSet;

/// Rules for a Node: its taints and networks, and what of them may change.
final class NodeRules {
    private static final Path SPEC = Path.of("spec");

    private NodeRules() {}

    static void check(Node node, Causes causes) {
        taints(node.spec(), causes);
        networks(node.spec(), causes);
    }

    private static void taints(NodeSpec spec, Causes causes) {
        var seen = new HashSet<String>();
        for (int i = 0; i < spec.taints().size(); i++) {
            Taint taint = spec.taints().get(i);
            Path at = SPEC.field("taints").index(i);
            if (!taint.key().isEmpty()) {
                causes.invalid(at.field("key"), taint.key(), Names.labelKey(taint.key()));
            }
            causes.invalid(at.field("value"), taint.value(), Names.labelValue(taint.value()));
            if (!seen.add(taint.key() + ":" + taint.effect())) {
                causes.duplicate(at, taint);
            }
        }
    }

    private static void networks(NodeSpec spec, Causes causes) {
        for (int i = 0; i < spec.podCIDRs().size(); i++) {
            String network = spec.podCIDRs().get(i);
            if (!Addresses.isNetwork(network)) {
                causes.invalid(
                        SPEC.field("podCIDRs").index(i),
                        network,
                        "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
            }
        }
        if (!spec.podCIDR().isEmpty()
                && !spec.podCIDRs().isEmpty()
                && !spec.podCIDRs().getFirst().equals(spec.podCIDR())) {
            causes.invalid(
                    SPEC.field("podCIDRs").index(0), spec.podCIDRs().getFirst(), "first value must match `podCIDR`");
        }
    }

    static void update(Node old, Node now, Causes causes) {
        if (!old.spec().podCIDRs().isEmpty()
                && !old.spec().podCIDRs().equals(now.spec().podCIDRs())) {
            causes.forbidden(SPEC.field("podCIDRs"), "node updates may not change podCIDR except from \"\" to valid");
        }
        if (!old.spec().providerID().isEmpty()
                && !old.spec().providerID().equals(now.spec().providerID())) {
            causes.forbidden(
                    SPEC.field("providerID"), "node updates may not change providerID except from \"\" to valid");
        }
    }
}
