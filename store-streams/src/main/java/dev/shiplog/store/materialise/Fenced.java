package dev.shiplog.store.materialise;

import org.jspecify.annotations.Nullable;

/// Another materialiser has taken over; what this one sent since its last commit is void.
public final class Fenced extends Exception {
    private static final long serialVersionUID = 1L;

    public Fenced(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
