package dev.shiplog.node.network;

import java.nio.file.Path;

/// The description of the pods' network for the CNI plug-ins: a bridge, addresses from the node's own range, no
/// masquerading (the proxy's tables do that).
///
/// @param addresses the directory in which given-out addresses are noted
public record Conflist(String bridge, String podRange, Path addresses) {
    public static final String FILE = "10-shiplog.conflist";

    public String text() {
        return """
                {
                  "cniVersion": "0.4.0",
                  "name": "shiplog",
                  "plugins": [
                    {
                      "type": "bridge",
                      "bridge": "%s",
                      "isGateway": true,
                      "ipMasq": false,
                      "hairpinMode": true,
                      "ipam": {
                        "type": "host-local",
                        "dataDir": "%s",
                        "ranges": [[{"subnet": "%s"}]],
                        "routes": [{"dst": "0.0.0.0/0"}]
                      }
                    }
                  ]
                }
                """.formatted(bridge, addresses, podRange);
    }
}
