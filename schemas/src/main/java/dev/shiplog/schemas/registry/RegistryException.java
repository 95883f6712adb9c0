package dev.shiplog.schemas.registry;

/// The registry refused or could not be reached. `errorCode` is Confluent's (40401, 42201, 409 …), or 0 when there was
/// no answer at all.
public final class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int httpStatus;
    private final int errorCode;

    public RegistryException(int httpStatus, int errorCode, String message) {
        super(message);
        this.httpStatus = httpStatus;
        this.errorCode = errorCode;
    }

    static RegistryException unreachable(String what, Throwable cause) {
        var exception = new RegistryException(0, 0, what + ": " + cause);
        exception.initCause(cause);
        return exception;
    }

    public int httpStatus() {
        return httpStatus;
    }

    public int errorCode() {
        return errorCode;
    }

    /// Whether asking again later can help: nothing answered, or the registry itself failed.
    public boolean transientFault() {
        return httpStatus == 0 || httpStatus >= 500;
    }
}
