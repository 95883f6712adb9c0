package dev.shiplog.scheduler;

import dev.shiplog.core.v1.Affinity;
import dev.shiplog.core.v1.NodeSelectorTerm;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.Toleration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// All that scheduling asks about a pod. Pods of one template have equal shapes, and are placed from one ranking.
///
/// @param affinity terms of which the node must match one; null when there is no requirement
/// @param ports the host ports it takes, as protocol/port/address
record Shape(
        Amounts requests,
        Map<String, String> nodeSelector,
        @Nullable List<NodeSelectorTerm> affinity,
        List<Toleration> tolerations,
        Set<HostPort> ports) {

    /// A port of the node. An empty address stands for all of them.
    record HostPort(String protocol, int port, String address) implements Comparable<HostPort> {
        private static final String ANY = "0.0.0.0";

        boolean clashes(HostPort other) {
            return port == other.port
                    && protocol.equals(other.protocol)
                    && (address.equals(other.address) || any() || other.any());
        }

        private boolean any() {
            return address.isEmpty() || address.equals(ANY);
        }

        @Override
        public int compareTo(HostPort other) {
            return toString().compareTo(other.toString());
        }
    }

    static Shape of(Pod pod) {
        @Nullable Affinity affinity = pod.spec().affinity();
        var required = affinity == null || affinity.nodeAffinity() == null
                ? null
                : affinity.nodeAffinity().requiredDuringSchedulingIgnoredDuringExecution();
        return new Shape(
                Amounts.requested(pod),
                pod.spec().nodeSelector(),
                required == null ? null : required.nodeSelectorTerms(),
                pod.spec().tolerations(),
                ports(pod));
    }

    private static Set<HostPort> ports(Pod pod) {
        var ports = new TreeSet<HostPort>();
        boolean host = pod.spec().hostNetwork();
        Stream.concat(pod.spec().containers().stream(), pod.spec().initContainers().stream())
                .flatMap(container -> container.ports().stream())
                .forEach(port -> {
                    int number = port.hostPort() == 0 && host ? port.containerPort() : port.hostPort();
                    if (number > 0) {
                        ports.add(new HostPort(port.protocol(), number, port.hostIP()));
                    }
                });
        return ports;
    }
}
