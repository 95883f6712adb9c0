package dev.shiplog.store;

/// The past is being indexed and does not reach so far yet; ask again soon. HTTP 503.
public final class PastNotReady extends Exception {
    private static final long serialVersionUID = 1L;

    public PastNotReady(long wanted, long reached) {
        super("revision %d is not in the history index yet, which has come to %d".formatted(wanted, reached));
    }
}
