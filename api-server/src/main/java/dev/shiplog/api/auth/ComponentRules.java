package dev.shiplog.api.auth;

import dev.shiplog.api.http.Identity;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the system's own components may do, each under a service account of `kube-system` that bears its name.
final class ComponentRules {
    private static final String ACCOUNTS = Identity.SERVICE_ACCOUNT_PREFIX + "kube-system:";
    private static final String ANY = "*";

    /// @param resources with their subresource, `*` = all
    private record Rule(String group, Set<String> resources, Set<String> verbs) {
        boolean allows(Access access) {
            return (group.equals(ANY) || group.equals(access.group()))
                    && (resources.contains(ANY) || resources.contains(access.qualified()))
                    && verbs.contains(access.verb());
        }
    }

    private static final Rule EVENTS = rule("", "events", "create", "update", "patch");

    private static final Map<String, List<Rule>> RULES = Map.ofEntries(
            Map.entry(
                    "deployment-controller",
                    List.of(
                            rule("apps", "deployments deployments/status", "update", "patch"),
                            rule("apps", "replicasets", "create", "update", "patch", "delete"))),
            Map.entry(
                    "replicaset-controller",
                    List.of(
                            rule("apps", "replicasets replicasets/status", "update", "patch"),
                            rule("", "pods", "create", "update", "patch", "delete"))),
            Map.entry("endpoint-controller", List.of(rule("", "endpoints", "create", "update", "patch", "delete"))),
            Map.entry(
                    "endpointslice-controller",
                    List.of(rule("discovery.k8s.io", "endpointslices", "create", "update", "patch", "delete"))),
            Map.entry("service-account-controller", List.of(rule("", "serviceaccounts", "create", "update", "patch"))),
            Map.entry("root-ca-certificate-publisher", List.of(rule("", "configmaps", "create", "update", "patch"))),
            Map.entry(
                    "namespace-controller",
                    List.of(
                            rule("", "namespaces namespaces/status namespaces/finalize", "update", "patch", "delete"),
                            rule(ANY, ANY, "delete"))),
            Map.entry("generic-garbage-collector", List.of(rule(ANY, ANY, "delete", "patch", "update"))),
            Map.entry(
                    "node-controller",
                    List.of(
                            rule("", "nodes nodes/status", "update", "patch"),
                            rule("coordination.k8s.io", "leases", "create", "update", "patch"))),
            // It tells of nodes, and changes nothing.
            Map.entry("node-ipam-controller", List.of()),
            Map.entry("taint-eviction-controller", List.of(rule("", "pods pods/status", "update", "patch", "delete"))),
            Map.entry("event-expiry-controller", List.of(rule("", "events", "delete"))),
            Map.entry(
                    "default-scheduler",
                    List.of(rule("", "pods/binding", "create"), rule("", "pods/status", "update", "patch"))));

    private ComponentRules() {}

    static boolean allow(String user, Access access) {
        if (!user.startsWith(ACCOUNTS)) {
            return false;
        }
        List<Rule> rules = RULES.get(user.substring(ACCOUNTS.length()));
        return rules != null && (EVENTS.allows(access) || rules.stream().anyMatch(rule -> rule.allows(access)));
    }

    private static Rule rule(String group, String resources, String... verbs) {
        return new Rule(group, Set.of(resources.split(" ")), Set.of(verbs));
    }
}
