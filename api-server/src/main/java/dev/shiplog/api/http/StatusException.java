package dev.shiplog.api.http;

/// Ends the handling of a request with a `Status`. Carries no stack trace: it is an answer, not a fault.
public final class StatusException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ApiStatus status;
    private final transient Headers headers;

    public StatusException(ApiStatus status) {
        this(status, Headers.NONE);
    }

    public StatusException(ApiStatus status, Headers headers) {
        super(status.message(), null, false, false);
        this.status = status;
        this.headers = headers;
    }

    public ApiStatus status() {
        return status;
    }

    /// What to send besides the body, for example `Warning`s.
    public Headers headers() {
        return headers;
    }
}
