package dev.shiplog.api.logs;

import dev.shiplog.core.v1.Node;
import dev.shiplog.core.v1.NodeAddress;
import java.util.List;

/// Where the agent of a node listens.
record NodeLocation(String name, String address, int port) {
    static final int PORT = 10_250;

    private static final List<String> PREFERRED = List.of("InternalIP", "Hostname", "ExternalIP");

    /// What the node's own status says; its name, if that says nothing.
    static NodeLocation of(Node node) {
        String name = node.metadata().name();
        int port = node.status().daemonEndpoints().kubeletEndpoint().Port();
        for (String type : PREFERRED) {
            for (NodeAddress address : node.status().addresses()) {
                if (address.type().equals(type) && !address.address().isEmpty()) {
                    return new NodeLocation(name, address.address(), port == 0 ? PORT : port);
                }
            }
        }
        return new NodeLocation(name, name, port == 0 ? PORT : port);
    }

    /// `host:port` as in a URL.
    String authority() {
        return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
    }
}
