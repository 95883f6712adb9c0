package dev.shiplog.proxy;

import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.registry.RegistryEndpoint;
import java.util.ArrayList;

/// What a proxy agent is told when it starts.
public record ProxySettings(
        String nodeName, KafkaEndpoint kafka, RegistryEndpoint registry, String podNetwork, String serviceNetwork) {

    public ProxySettings {
        var problems = new ArrayList<String>();
        if (nodeName.isBlank()) {
            problems.add("nodeName is blank");
        }
        if (!podNetwork.contains("/")) {
            problems.add("podNetwork is %s, must be a CIDR".formatted(podNetwork));
        }
        if (!serviceNetwork.contains("/")) {
            problems.add("serviceNetwork is %s, must be a CIDR".formatted(serviceNetwork));
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }
}
