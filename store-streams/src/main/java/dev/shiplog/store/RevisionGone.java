package dev.shiplog.store;

/// A revision, or position, older than what is still held. HTTP 410 `Expired`.
public final class RevisionGone extends Exception {
    private static final long serialVersionUID = 1L;

    private final long oldest;

    public RevisionGone(long wanted, long oldest) {
        super("revision " + wanted + " is gone, the oldest held is " + oldest);
        this.oldest = oldest;
    }

    /// The oldest that is still held.
    public long oldest() {
        return oldest;
    }
}
