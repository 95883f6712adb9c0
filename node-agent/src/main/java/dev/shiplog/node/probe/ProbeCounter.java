package dev.shiplog.node.probe;

import dev.shiplog.core.v1.Probe;

/// Counts what one probe found, and says when that makes a verdict.
///
/// @param verdict the last one; stays until the other has been found often enough in a row
record ProbeCounter(Verdict verdict, boolean lastOk, int inRow) {

    /// What a probe says of a container.
    enum Verdict {
        UNKNOWN,
        OK,
        FAILED
    }

    static ProbeCounter of(Verdict verdict) {
        return new ProbeCounter(verdict, verdict == Verdict.OK, 0);
    }

    ProbeCounter count(Probe probe, boolean ok) {
        int row = ok == lastOk ? inRow + 1 : 1;
        int enough = ok ? Math.max(1, probe.successThreshold()) : Math.max(1, probe.failureThreshold());
        Verdict next = row < enough ? verdict : ok ? Verdict.OK : Verdict.FAILED;
        return new ProbeCounter(next, ok, row);
    }
}
