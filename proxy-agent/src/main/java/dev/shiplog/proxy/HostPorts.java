package dev.shiplog.proxy;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.ContainerPort;
import dev.shiplog.core.v1.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// The host ports of a pod: what the CNI plug-in `portmap` does elsewhere, done by the one owner of the packet filter.
///
/// See kubernetes.io/docs/concepts/configuration/overview, "hostPort", and cni.dev/plugins/current/meta/portmap.
final class HostPorts {
    private static final String ANY = "0.0.0.0";

    private HostPorts() {}

    /// None for a pod that has no address, is finished, or is in the node's own network, where its ports are the
    /// node's.
    static List<HostPort> of(Pod pod) {
        String address = pod.status().podIP();
        String phase = pod.status().phase();
        boolean finished = phase.equals("Succeeded") || phase.equals("Failed");
        if (pod.spec().hostNetwork() || finished || address.isEmpty() || !ipv4(address)) {
            return List.of();
        }
        var ports = new ArrayList<HostPort>();
        Stream.concat(pod.spec().initContainers().stream(), pod.spec().containers().stream())
                .forEach(container -> container.ports().stream()
                        .filter(port -> port.hostPort() > 0 && ipv4(port.hostIP()))
                        .forEach(port -> ports.add(hostPort(pod, container, port, address))));
        return ports;
    }

    private static HostPort hostPort(Pod pod, Container container, ContainerPort port, String address) {
        String protocol = port.protocol().toLowerCase(Locale.ROOT);
        return new HostPort(
                "%s/%s/%s/%s/%d"
                        .formatted(pod.metadata().uid(), container.name(), protocol, port.hostIP(), port.hostPort()),
                protocol,
                port.hostIP().equals(ANY) ? "" : port.hostIP(),
                port.hostPort(),
                new Backend.Target(address, port.containerPort()));
    }

    private static boolean ipv4(String address) {
        return address.indexOf(':') < 0;
    }
}
