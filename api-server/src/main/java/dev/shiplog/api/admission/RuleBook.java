package dev.shiplog.api.admission;

import dev.shiplog.schemas.Kind;
import java.util.Map;

/// Which kind has which rules.
public final class RuleBook {
    private static final Map<String, KindRules> RULES = Map.of(
            "namespaces", new NamespaceRules(),
            "pods", new PodRules(),
            "nodes", new NodeRules(),
            "services", new ServiceRules(),
            "secrets", new SecretRules(),
            "leases.coordination.k8s.io", new LeaseRules(),
            "endpointslices.discovery.k8s.io", new EndpointSliceRules());

    private RuleBook() {}

    public static KindRules of(Kind kind) {
        String name = kind.group().isEmpty() ? kind.plural() : kind.plural() + "." + kind.group();
        return RULES.getOrDefault(name, KindRules.PLAIN);
    }
}
