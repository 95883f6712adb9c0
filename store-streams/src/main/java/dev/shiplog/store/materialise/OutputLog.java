package dev.shiplog.store.materialise;

/// Where a materialiser writes. It has one writer: to take over is to fence whoever wrote before.
public interface OutputLog {

    /// Makes this the one writer, gives up what the one before sent and did not commit, and tells how far it came.
    Progress takeOver() throws Fenced;

    /// Hands over one record. Those of a transaction become final together.
    void send(Output output) throws Fenced;

    /// Makes everything sent since the last commit final, together with the progress.
    void commit(Progress progress) throws Fenced;

    /// Gives up everything sent since the last commit.
    void abort() throws Fenced;
}
