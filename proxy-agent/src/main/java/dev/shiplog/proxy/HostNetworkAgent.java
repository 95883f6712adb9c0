package dev.shiplog.proxy;

import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What Services need of the host's network beside the packet filter: forwarding, answers on loopback, and a route for
/// the
/// service network on a host that has no default route.
final class HostNetworkAgent {
    private static final Logger LOG = LoggerFactory.getLogger(HostNetworkAgent.class);

    /// A bridge without ports: the service network is routed to it only so that a connection gets as far as the packet
    /// filter, which rewrites its destination.
    static final String DEVICE = "shiplog1";

    private static final Map<String, String> SETTINGS = Map.of(
            "net/ipv4/ip_forward", "1",
            // A connection to 127.0.0.1:<nodePort> keeps its source address until after the routing decision.
            "net/ipv4/conf/all/route_localnet", "1",
            // Pods of one node talk over a bridge; their answers have to pass the packet filter too.
            "net/bridge/bridge-nf-call-iptables", "1");

    private final HostClient host;

    HostNetworkAgent(HostClient host) {
        this.host = host;
    }

    void prepare(String serviceNetwork) throws IOException {
        for (Map.Entry<String, String> setting : SETTINGS.entrySet()) {
            String file = "/proc/sys/" + setting.getKey();
            // Through a program: which network namespace's settings are meant follows from who writes them.
            HostClient.Answer now = host.run("", "cat", file);
            if (now.code() != 0) {
                LOG.warn("this kernel has no {}", setting.getKey());
            } else if (!now.text().equals(setting.getValue())) {
                host.mustRun("sh", "-c", "echo %s > %s".formatted(setting.getValue(), file));
            }
        }
        if (!deviceExists()) {
            host.mustRun("ip", "link", "add", DEVICE, "type", "bridge");
        }
        host.mustRun("ip", "link", "set", DEVICE, "up");
        host.mustRun("ip", "route", "replace", serviceNetwork, "dev", DEVICE);
    }

    void remove() throws IOException {
        if (deviceExists()) {
            host.mustRun("ip", "link", "delete", DEVICE);
        }
    }

    private boolean deviceExists() {
        return host.run("", "ip", "link", "show", "dev", DEVICE).code() == 0;
    }
}
