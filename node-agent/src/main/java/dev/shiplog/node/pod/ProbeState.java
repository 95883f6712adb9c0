package dev.shiplog.node.pod;

/// What the probes of one container run have found so far.
///
/// @param kill why the run must be ended; empty when nothing says so
public record ProbeState(boolean started, boolean ready, String kill) {
    public static final ProbeState HEALTHY = new ProbeState(true, true, "");
}
