package dev.shiplog.node.pod;

import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodStatus;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/// Everything that one step may know.
///
/// @param pod the newest desired pod
/// @param gone true when nothing assigns the pod to this node any more
/// @param accepted true once the API server accepted a status of this pod from this agent
/// @param evicted why the pod must leave the node; empty when it may stay
/// @param volumes what has become of the volumes
/// @param probes by container run
/// @param inFlight keys of the actions under way
/// @param failures by action key
/// @param previous the last status, ours or (at first) the one in the object
public record PodView(
        Pod pod,
        boolean gone,
        boolean accepted,
        String evicted,
        Volumes volumes,
        Observed observed,
        Map<String, ProbeState> probes,
        Set<String> inFlight,
        Map<String, Failure> failures,
        Memory memory,
        PodStatus previous,
        String hostAddress,
        Instant now) {

    /// Whether the volumes are there.
    public enum Volumes {
        UNKNOWN,
        READY,
        CLEANED
    }

    public PodView {
        probes = Map.copyOf(probes);
        inFlight = Set.copyOf(inFlight);
        failures = Map.copyOf(failures);
    }
}
