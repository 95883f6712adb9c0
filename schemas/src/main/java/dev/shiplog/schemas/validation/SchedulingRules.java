package dev.shiplog.schemas.validation;

import dev.shiplog.core.v1.Affinity;
import dev.shiplog.core.v1.NodeSelectorRequirement;
import dev.shiplog.core.v1.NodeSelectorTerm;
import dev.shiplog.core.v1.PodAffinityTerm;
import dev.shiplog.core.v1.PodSpec;
import dev.shiplog.core.v1.Toleration;
import dev.shiplog.core.v1.TopologySpreadConstraint;
import dev.shiplog.core.v1.WeightedPodAffinityTerm;
import java.util.HashSet;
import java.util.List;

/// Rules for what a pod asks of the node it goes to.
final class SchedulingRules {
    private SchedulingRules() {}

    static void check(PodSpec spec, Path at, Causes causes) {
        MetadataRules.labels(spec.nodeSelector(), at.field("nodeSelector"), causes);
        for (int i = 0; i < spec.tolerations().size(); i++) {
            toleration(spec.tolerations().get(i), at.field("tolerations").index(i), causes);
        }
        Affinity affinity = spec.affinity();
        if (affinity != null) {
            affinity(affinity, at.field("affinity"), causes);
        }
        spread(spec.topologySpreadConstraints(), at.field("topologySpreadConstraints"), causes);
    }

    private static void toleration(Toleration toleration, Path at, Causes causes) {
        if (toleration.key().isEmpty()) {
            if (!toleration.operator().equals("Exists")) {
                causes.invalid(
                        at.field("operator"),
                        toleration.operator(),
                        "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
            }
        } else {
            causes.invalid(at.field("key"), toleration.key(), Names.labelKey(toleration.key()));
        }
        if (toleration.tolerationSeconds() != null && !toleration.effect().equals("NoExecute")) {
            causes.invalid(
                    at.field("effect"),
                    toleration.effect(),
                    "effect must be 'NoExecute' when `tolerationSeconds` is set");
        }
        switch (toleration.operator()) {
            case "Exists" -> {
                if (!toleration.value().isEmpty()) {
                    causes.invalid(
                            at.field("operator"),
                            toleration.value(),
                            "value must be empty when `operator` is 'Exists'");
                }
            }
            case "", "Equal" ->
                causes.invalid(at.field("operator"), toleration.value(), Names.labelValue(toleration.value()));
            default -> {}
        }
    }

    private static void affinity(Affinity affinity, Path at, Causes causes) {
        var node = affinity.nodeAffinity();
        if (node != null) {
            Path nodes = at.field("nodeAffinity");
            var required = node.requiredDuringSchedulingIgnoredDuringExecution();
            if (required != null) {
                Path terms = nodes.field("requiredDuringSchedulingIgnoredDuringExecution")
                        .field("nodeSelectorTerms");
                for (int i = 0; i < required.nodeSelectorTerms().size(); i++) {
                    term(required.nodeSelectorTerms().get(i), terms.index(i), causes);
                }
            }
            var preferred = node.preferredDuringSchedulingIgnoredDuringExecution();
            Path terms = nodes.field("preferredDuringSchedulingIgnoredDuringExecution");
            for (int i = 0; i < preferred.size(); i++) {
                term(preferred.get(i).preference(), terms.index(i).field("preference"), causes);
            }
        }
        var pod = affinity.podAffinity();
        if (pod != null) {
            pods(
                    pod.requiredDuringSchedulingIgnoredDuringExecution(),
                    pod.preferredDuringSchedulingIgnoredDuringExecution(),
                    at.field("podAffinity"),
                    causes);
        }
        var anti = affinity.podAntiAffinity();
        if (anti != null) {
            pods(
                    anti.requiredDuringSchedulingIgnoredDuringExecution(),
                    anti.preferredDuringSchedulingIgnoredDuringExecution(),
                    at.field("podAntiAffinity"),
                    causes);
        }
    }

    private static void term(NodeSelectorTerm term, Path at, Causes causes) {
        for (int i = 0; i < term.matchExpressions().size(); i++) {
            NodeSelectorRequirement requirement = term.matchExpressions().get(i);
            Path each = at.field("matchExpressions").index(i);
            requirement(requirement, each, causes);
            if (!requirement.key().isEmpty()) {
                causes.invalid(each.field("key"), requirement.key(), Names.labelKey(requirement.key()));
            }
        }
        for (int i = 0; i < term.matchFields().size(); i++) {
            NodeSelectorRequirement requirement = term.matchFields().get(i);
            Path each = at.field("matchFields").index(i);
            requirement(requirement, each, causes);
            if (!requirement.key().equals("metadata.name")) {
                causes.invalid(each.field("key"), requirement.key(), "not a valid field selector key");
            }
        }
    }

    private static void requirement(NodeSelectorRequirement requirement, Path at, Causes causes) {
        int values = requirement.values().size();
        switch (requirement.operator()) {
            case "In", "NotIn" -> {
                if (values == 0) {
                    causes.required(at.field("values"), "must be specified when `operator` is 'In' or 'NotIn'");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (values > 0) {
                    causes.forbidden(
                            at.field("values"), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                }
            }
            case "Gt", "Lt" -> {
                if (values != 1) {
                    causes.required(
                            at.field("values"), "must be specified single value when `operator` is 'Lt' or 'Gt'");
                }
            }
            default -> {} // the schema refuses any other operator
        }
    }

    private static void pods(
            List<PodAffinityTerm> required, List<WeightedPodAffinityTerm> preferred, Path at, Causes causes) {
        Path requiredAt = at.field("requiredDuringSchedulingIgnoredDuringExecution");
        for (int i = 0; i < required.size(); i++) {
            pod(required.get(i), requiredAt.index(i), causes);
        }
        Path preferredAt = at.field("preferredDuringSchedulingIgnoredDuringExecution");
        for (int i = 0; i < preferred.size(); i++) {
            pod(preferred.get(i).podAffinityTerm(), preferredAt.index(i).field("podAffinityTerm"), causes);
        }
    }

    private static void pod(PodAffinityTerm term, Path at, Causes causes) {
        var selector = term.labelSelector();
        if (selector != null) {
            SelectorRules.check(selector, at.field("labelSelector"), causes);
        }
        var namespaces = term.namespaceSelector();
        if (namespaces != null) {
            SelectorRules.check(namespaces, at.field("namespaceSelector"), causes);
        }
        if (!term.topologyKey().isEmpty()) {
            causes.invalid(at.field("topologyKey"), term.topologyKey(), Names.labelKey(term.topologyKey()));
        }
    }

    private static void spread(List<TopologySpreadConstraint> constraints, Path at, Causes causes) {
        var seen = new HashSet<String>();
        for (int i = 0; i < constraints.size(); i++) {
            TopologySpreadConstraint constraint = constraints.get(i);
            String pair = "{%s, %s}".formatted(constraint.topologyKey(), constraint.whenUnsatisfiable());
            if (!seen.add(pair)) {
                causes.duplicate(at.index(i).field("{topologyKey, whenUnsatisfiable}"), pair);
            }
            Integer domains = constraint.minDomains();
            if (domains != null && domains <= 0) {
                causes.invalid(at.index(i).field("minDomains"), domains, "must be greater than zero");
            }
            var selector = constraint.labelSelector();
            if (selector != null) {
                SelectorRules.check(selector, at.index(i).field("labelSelector"), causes);
            }
        }
    }
}
