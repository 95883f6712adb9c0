package dev.shiplog.proxy;

import java.util.List;

/// One port of one Service as this node has to forward it: plain values, already chosen for this node.
///
/// @param id a name that is unique in the table and stays the same while the port lives (`namespace/service/port`)
/// @param protocol `tcp`, `udp` or `sctp`
/// @param clusterIps virtual addresses (cluster, external and load balancer addresses) that lead here
/// @param port the port at those addresses
/// @param nodePort the port at the node's own addresses, 0 = none
/// @param internal where connections to `clusterIps` go; empty = refused
/// @param external where connections to the node port go; empty = refused
/// @param keepSource whether external connections keep their source address (externalTrafficPolicy Local)
/// @param affinitySeconds how long a client stays with its endpoint, 0 = no affinity
record Backend(
        String id,
        String protocol,
        List<String> clusterIps,
        int port,
        int nodePort,
        List<Target> internal,
        List<Target> external,
        boolean keepSource,
        int affinitySeconds) {

    /// An endpoint's address and port.
    record Target(String address, int port) implements Comparable<Target> {
        @Override
        public int compareTo(Target other) {
            int byAddress = address.compareTo(other.address);
            return byAddress != 0 ? byAddress : Integer.compare(port, other.port);
        }

        @Override
        public String toString() {
            return address + " . " + port;
        }
    }
}
