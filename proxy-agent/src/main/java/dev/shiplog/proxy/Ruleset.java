package dev.shiplog.proxy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The nftables table `ip shiplog`: its fixed skeleton, and the fragments that Service ports and host ports add.
///
/// A packet to a virtual address or node port is looked up in a verdict map, whatever the number of Services, and goes
/// to the chain of its port, which picks an endpoint at random and rewrites the destination. What no endpoint backs is
/// not in the map; it arrives at the filter hooks unchanged and is rejected there.
final class Ruleset {
    static final String TABLE = "ip shiplog";

    /// The bit of the packet mark that asks for masquerading; the one that kube-proxy uses.
    private static final String MASQUERADE = "0x00004000";

    private final String podNetwork;
    private final String serviceNetwork;

    /// @param podNetwork addresses of all pods, as CIDR
    /// @param serviceNetwork all cluster addresses, as CIDR
    Ruleset(String podNetwork, String serviceNetwork) {
        this.podNetwork = podNetwork;
        this.serviceNetwork = serviceNetwork;
    }

    /// Replaces whatever table is there by one that holds just `fragments`, in one transaction.
    List<String> replaceWith(List<Fragment> fragments) {
        var commands = new ArrayList<String>();
        commands.add("add table " + TABLE);
        commands.add("delete table " + TABLE);
        commands.addAll(skeleton());
        fragments.forEach(fragment -> commands.addAll(Fragment.difference(TABLE, Fragment.EMPTY, fragment)));
        return List.copyOf(commands);
    }

    private List<String> skeleton() {
        return List.of(
                "add table " + TABLE,
                "add map ip shiplog services { type ipv4_addr . inet_proto . inet_service : verdict; }",
                "add map ip shiplog node-ports { type inet_proto . inet_service : verdict; }",
                "add map ip shiplog host-addresses { type ipv4_addr . inet_proto . inet_service : verdict; }",
                "add map ip shiplog host-ports { type inet_proto . inet_service : verdict; }",
                "add set ip shiplog refused-node-ports { type inet_proto . inet_service; }",
                "add set ip shiplog refused-services { type ipv4_addr . inet_proto . inet_service; }",
                "add chain ip shiplog dispatch",
                "add rule ip shiplog dispatch ip daddr . meta l4proto . th dport vmap @services",
                "add rule ip shiplog dispatch ip daddr . meta l4proto . th dport vmap @host-addresses",
                "add rule ip shiplog dispatch fib daddr type local meta l4proto . th dport vmap @host-ports",
                "add rule ip shiplog dispatch fib daddr type local meta l4proto . th dport vmap @node-ports",
                "add chain ip shiplog prerouting { type nat hook prerouting priority -100; policy accept; }",
                "add rule ip shiplog prerouting jump dispatch",
                "add chain ip shiplog output { type nat hook output priority -100; policy accept; }",
                "add rule ip shiplog output jump dispatch",
                "add chain ip shiplog postrouting { type nat hook postrouting priority 100; policy accept; }",
                "add rule ip shiplog postrouting meta mark & %s == %s masquerade".formatted(MASQUERADE, MASQUERADE),
                // What leaves for the world wears the node's address, since no other host knows the way to a pod.
                "add rule ip shiplog postrouting ip saddr %s ip daddr != %s fib daddr type unicast masquerade"
                        .formatted(podNetwork, podNetwork),
                // Node ports answer on loopback, which needs route_localnet; so what comes from outside must not get
                // there.
                "add chain ip shiplog loopback { type filter hook prerouting priority -300; policy accept; }",
                "add rule ip shiplog loopback iifname != \"lo\" ip daddr 127.0.0.0/8 drop",
                "add chain ip shiplog refuse",
                "add rule ip shiplog refuse ip daddr %s meta l4proto tcp reject with tcp reset"
                        .formatted(serviceNetwork),
                "add rule ip shiplog refuse ip daddr %s reject with icmp port-unreachable".formatted(serviceNetwork),
                "add rule ip shiplog refuse ip daddr . meta l4proto . th dport @refused-services"
                        + " reject with icmp port-unreachable",
                "add rule ip shiplog refuse fib daddr type local meta l4proto . th dport @refused-node-ports"
                        + " reject with icmp port-unreachable",
                "add chain ip shiplog forward { type filter hook forward priority 0; policy accept; }",
                "add rule ip shiplog forward jump refuse",
                "add chain ip shiplog input { type filter hook input priority 0; policy accept; }",
                "add rule ip shiplog input jump refuse",
                "add chain ip shiplog local { type filter hook output priority 0; policy accept; }",
                "add rule ip shiplog local jump refuse");
    }

    /// What the ports of one Service add to the table.
    List<Fragment> fragments(List<Backend> backends) {
        return backends.stream().map(this::fragment).toList();
    }

    /// What the host ports of one pod add to the table.
    List<Fragment> hostFragments(List<HostPort> ports) {
        return ports.stream().map(Ruleset::fragment).toList();
    }

    private static Fragment fragment(HostPort port) {
        String chain = "host-" + hash(port.id());
        Backend.Target target = port.target();
        String place = "%s . %d".formatted(port.protocol(), port.port());
        return new Fragment.Builder()
                .chain(
                        chain,
                        List.of(
                                // Loopback, and the pod itself, would be answered past the packet filter.
                                "ip saddr 127.0.0.0/8 " + mark(),
                                "ip saddr %s %s".formatted(target.address(), mark()),
                                "meta l4proto %s dnat to %s:%d"
                                        .formatted(port.protocol(), target.address(), target.port())))
                .element(
                        port.hostAddress().isEmpty() ? "host-ports" : "host-addresses",
                        (port.hostAddress().isEmpty() ? place : port.hostAddress() + " . " + place) + " : goto "
                                + chain)
                .build();
    }

    private Fragment fragment(Backend backend) {
        var fragment = new Fragment.Builder();
        String id = hash(backend.id());
        if (backend.internal().isEmpty()) {
            for (String address : backend.clusterIps()) {
                fragment.element(
                        "refused-services", "%s . %s . %d".formatted(address, backend.protocol(), backend.port()));
            }
        } else {
            String chain = "svc-" + id;
            fragment.chain(chain, balance(fragment, id + "-i", backend, backend.internal()));
            for (String address : backend.clusterIps()) {
                fragment.element(
                        "services",
                        "%s . %s . %d : goto %s".formatted(address, backend.protocol(), backend.port(), chain));
            }
        }
        if (backend.nodePort() > 0) {
            String key = "%s . %d".formatted(backend.protocol(), backend.nodePort());
            if (backend.external().isEmpty()) {
                fragment.element("refused-node-ports", key);
            } else {
                String chain = "ext-" + id;
                var rules = new ArrayList<String>();
                // Without this an answer could leave through another node or interface than the request came by.
                rules.add(backend.keepSource() ? "ip saddr 127.0.0.0/8 " + mark() : mark());
                rules.addAll(balance(fragment, id + "-e", backend, backend.external()));
                fragment.chain(chain, rules);
                fragment.element("node-ports", key + " : goto " + chain);
            }
        }
        return fragment.build();
    }

    private static String mark() {
        return "meta mark set meta mark | " + MASQUERADE;
    }

    /// The rules that send a connection to one of the targets. A pod that reaches itself through its own Service is
    /// masqueraded, or it would answer itself directly.
    private static List<String> balance(
            Fragment.Builder fragment, String id, Backend backend, List<Backend.Target> targets) {
        if (backend.affinitySeconds() > 0) {
            return sticky(fragment, id, backend, targets);
        }
        var rules = new ArrayList<String>();
        if (targets.size() == 1) {
            Backend.Target only = targets.getFirst();
            rules.add("ip saddr %s %s".formatted(only.address(), mark()));
            rules.add("meta l4proto %s dnat to %s:%d".formatted(backend.protocol(), only.address(), only.port()));
            return rules;
        }
        // Whether the endpoint drawn is the sender itself is known only after the draw: each gets a chain of its own.
        var draw = new ArrayList<String>();
        for (int i = 0; i < targets.size(); i++) {
            String chain = "ep-%s-%s".formatted(id, hash(targets.get(i).toString()));
            fragment.chain(chain, deliver(backend, targets.get(i)));
            draw.add("%d : goto %s".formatted(i, chain));
        }
        rules.add("numgen random mod %d vmap { %s }".formatted(targets.size(), String.join(", ", draw)));
        return rules;
    }

    private static List<String> deliver(Backend backend, Backend.Target target) {
        return List.of(
                "ip saddr %s %s".formatted(target.address(), mark()),
                "meta l4proto %s dnat to %s:%d".formatted(backend.protocol(), target.address(), target.port()));
    }

    /// Session affinity by client address: an endpoint remembers who it served, for as long as the Service says.
    private static List<String> sticky(
            Fragment.Builder fragment, String id, Backend backend, List<Backend.Target> targets) {
        List<String> names = targets.stream()
                // Another time-out is another set: what a set is cannot be changed.
                .map(target -> "%d-%s-%s".formatted(backend.affinitySeconds(), id, hash(target.toString())))
                .toList();
        for (int i = 0; i < targets.size(); i++) {
            String set = "aff-" + names.get(i);
            fragment.set(
                    set, "type ipv4_addr; flags dynamic,timeout; timeout %ds;".formatted(backend.affinitySeconds()));
            var rules = new ArrayList<String>();
            rules.add("update @%s { ip saddr }".formatted(set));
            rules.addAll(deliver(backend, targets.get(i)));
            fragment.chain("ep-" + names.get(i), rules);
        }
        var rules = new ArrayList<String>();
        names.forEach(name -> rules.add("ip saddr @aff-%s goto ep-%s".formatted(name, name)));
        rules.add("numgen random mod %d vmap { %s }"
                .formatted(
                        names.size(),
                        IntStream.range(0, names.size())
                                .mapToObj(i -> "%d : goto ep-%s".formatted(i, names.get(i)))
                                .collect(Collectors.joining(", "))));
        return rules;
    }

    /// nft names are at most 127 characters of a small alphabet; a hash fits whatever the Service is called.
    static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException problem) {
            throw new AssertionError("every JDK has SHA-256", problem);
        }
    }
}
