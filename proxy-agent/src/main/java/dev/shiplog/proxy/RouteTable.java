package dev.shiplog.proxy;

import dev.shiplog.journal.Assignment;
import dev.shiplog.journal.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What the packet filter must hold for each Service and for each pod with host ports, what it does hold, and the
/// commands that bring one to the other. Used by one thread at a time.
///
/// Two may want one thing: Services can share an external address, and pods that were bound by hand a host port. nft
/// would refuse the element the second time and the whole transaction with it, so the first of them by name has it,
/// and the next when that one is gone.
final class RouteTable {
    private static final String SERVICE = "service ";
    private static final String POD = "pod ";

    private final Ruleset ruleset;
    private final String node;
    private final Map<String, Fragment> wanted = new HashMap<>();
    private final Map<String, Fragment> installed = new HashMap<>();
    private final Map<Fragment.Claim, TreeSet<String>> claims = new HashMap<>();
    private final Set<String> touched = new TreeSet<>();

    RouteTable(Ruleset ruleset, String node) {
        this.ruleset = ruleset;
        this.node = node;
    }

    /// Takes a route as the topic has it; null = the Service is gone.
    void route(String key, @Nullable Route route) {
        put(SERVICE + key, route == null ? List.of() : ruleset.fragments(Backends.of(route, node)));
    }

    /// Takes all routes: Services beside them are gone.
    void routes(Map<String, Route> all) {
        others(SERVICE, all.keySet()).forEach(key -> put(key, List.of()));
        all.forEach(this::route);
    }

    /// Takes what is assigned to this node; null = the pod is gone.
    void assignment(String key, @Nullable Assignment assignment) {
        put(POD + key, assignment == null ? List.of() : ruleset.hostFragments(HostPorts.of(assignment.pod())));
    }

    /// Takes all assignments of this node: pods beside them are gone.
    void assignments(Map<String, Assignment> all) {
        others(POD, all.keySet()).forEach(key -> put(key, List.of()));
        all.forEach(this::assignment);
    }

    private List<String> others(String prefix, Set<String> keys) {
        return wanted.keySet().stream()
                .filter(key -> key.startsWith(prefix) && !keys.contains(key.substring(prefix.length())))
                .toList();
    }

    private void put(String key, List<Fragment> parts) {
        Fragment now = Fragment.together(parts);
        Fragment before = wanted.getOrDefault(key, Fragment.EMPTY);
        if (now.equals(before)) {
            return;
        }
        touched.add(key);
        before.claims().forEach(claim -> {
            TreeSet<String> claimants = claims.getOrDefault(claim, new TreeSet<>());
            claimants.remove(key);
            touched.addAll(claimants);
            if (claimants.isEmpty()) {
                claims.remove(claim);
            }
        });
        now.claims().forEach(claim -> {
            TreeSet<String> claimants = claims.computeIfAbsent(claim, _ -> new TreeSet<>());
            claimants.add(key);
            touched.addAll(claimants);
        });
        if (now.equals(Fragment.EMPTY)) {
            wanted.remove(key);
        } else {
            wanted.put(key, now);
        }
    }

    /// What is to be installed for a key: all it wants but what another has.
    private Fragment due(String key) {
        return wanted.getOrDefault(key, Fragment.EMPTY)
                .only(claim ->
                        claims.getOrDefault(claim, new TreeSet<>()).first().equals(key));
    }

    /// The whole table anew.
    List<String> replacement() {
        installed.clear();
        touched.clear();
        touched.addAll(wanted.keySet());
        return ruleset.replaceWith(
                wanted.keySet().stream().sorted().map(this::due).toList());
    }

    /// Only what is not as it should be; empty when everything is.
    ///
    /// What goes away comes first: an address may move from one Service to another within one batch.
    List<String> changes() {
        var due = new TreeMap<String, Fragment>();
        touched.forEach(key -> due.put(key, due(key)));
        var commands = new ArrayList<String>();
        due.forEach((key, now) -> commands.addAll(Fragment.withdrawals(Ruleset.TABLE, held(key), now)));
        due.forEach((key, now) -> commands.addAll(Fragment.additions(Ruleset.TABLE, held(key), now)));
        return commands;
    }

    private Fragment held(String key) {
        return installed.getOrDefault(key, Fragment.EMPTY);
    }

    /// To be called when the packet filter has taken what was last asked for.
    void installed() {
        for (String key : touched) {
            Fragment now = due(key);
            if (now.equals(Fragment.EMPTY)) {
                installed.remove(key);
            } else {
                installed.put(key, now);
            }
        }
        touched.clear();
    }

    /// What several want and only the first has, for the log.
    Set<String> disputes() {
        Set<String> disputes = new TreeSet<>();
        for (Map.Entry<Fragment.Claim, TreeSet<String>> claim : claims.entrySet()) {
            if (claim.getValue().size() > 1 && claim.getValue().stream().anyMatch(touched::contains)) {
                disputes.add(claim.getKey().key() + ": " + claim.getValue());
            }
        }
        return disputes;
    }

    long services() {
        return wanted.keySet().stream().filter(key -> key.startsWith(SERVICE)).count();
    }
}
