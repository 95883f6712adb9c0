package dev.shiplog.store.verify;

/// There is nothing that could be compared. The message is one sentence for the user.
public final class VerifyRefused extends Exception {
    private static final long serialVersionUID = 1L;

    public VerifyRefused(String message) {
        super(message);
    }
}
