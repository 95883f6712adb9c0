package dev.shiplog.node;

import dev.shiplog.node.status.MachineFacts;
import dev.shiplog.node.status.NodeReport;
import dev.shiplog.node.status.Pressure;
import java.time.Duration;
import java.util.List;

/// What hollow nodes claim to be, and how often they say that they live: the more there are, the less often, but always
/// well within the Lease.
final class HollowNodes {
    private static final int CORES = 32;
    private static final long MEMORY_BYTES = 64L << 30;
    private static final long DISK_BYTES = 256L << 30;
    private static final Duration HEARTBEAT_MIN = Duration.ofSeconds(10);
    private static final Duration HEARTBEAT_MAX = Duration.ofSeconds(20);
    private static final int HEARTBEATS_A_SECOND = 50;

    private HollowNodes() {}

    static String name(int index) {
        return "hollow-%05d".formatted(index);
    }

    /// What pods' addresses begin with on a node that the cluster has no range of addresses left for: made of
    /// the shared address space of RFC 6598, which has room for all hollow nodes. Nothing is ever sent there.
    static String addressPrefix(int index) {
        return "100.%d.%d.".formatted(64 + index / 256, index % 256);
    }

    static Duration heartbeatEvery(int nodes) {
        Duration wanted = Duration.ofSeconds(nodes / HEARTBEATS_A_SECOND);
        return wanted.compareTo(HEARTBEAT_MIN) < 0
                ? HEARTBEAT_MIN
                : wanted.compareTo(HEARTBEAT_MAX) > 0 ? HEARTBEAT_MAX : wanted;
    }

    static NodeReport report(String name, String address, int port, String version) {
        var machine =
                new MachineFacts(name, "amd64", CORES, MEMORY_BYTES, DISK_BYTES, "hollow", "hollow", name, name, name);
        return new NodeReport(name, machine, address, port, "hollow://1", version, Pressure.NONE, List.of(), List.of());
    }
}
