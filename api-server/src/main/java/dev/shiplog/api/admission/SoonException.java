package dev.shiplog.api.admission;

import dev.shiplog.api.http.ApiStatus;

/// A refusal for want of something that a controller is about to make. Whoever gets it may wait a little and try again
/// before passing the refusal on.
public final class SoonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ApiStatus status;

    public SoonException(ApiStatus status) {
        super(status.message(), null, false, false);
        this.status = status;
    }

    public ApiStatus status() {
        return status;
    }
}
