package dev.shiplog.store.materialise;

/// How far the outputs of one store are, written together with them.
///
/// @param position the journal offset up to which everything is in the outputs, -1 = nothing
/// @param revision the store's revision there
/// @param clean whether the materialiser stopped here on purpose
public record Progress(long position, long revision, boolean clean) {

    /// Before the first record.
    public static final Progress NONE = new Progress(-1, 0, true);
}
