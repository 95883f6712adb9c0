package dev.shiplog.store.kafka;

/// Journal and checkpoints do not belong together; to serve from either would take back what was acknowledged.
/// The message is one sentence for the user.
public final class ViewsRefused extends Exception {
    private static final long serialVersionUID = 1L;

    public ViewsRefused(String message) {
        super(message);
    }
}
