package dev.shiplog.store.checkpoint;

/// There is nothing from which a journal could be replayed, or nothing that this program can replay. The message is one
/// sentence for the user.
public final class ReplayRefused extends Exception {
    private static final long serialVersionUID = 1L;

    public ReplayRefused(String message) {
        super(message);
    }
}
