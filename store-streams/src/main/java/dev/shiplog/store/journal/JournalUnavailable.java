package dev.shiplog.store.journal;

import org.jspecify.annotations.Nullable;

/// The journal did not answer in time.
public final class JournalUnavailable extends Exception {
    private static final long serialVersionUID = 1L;

    public JournalUnavailable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
