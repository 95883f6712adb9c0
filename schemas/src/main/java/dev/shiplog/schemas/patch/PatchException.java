package dev.shiplog.schemas.patch;

/// A patch that cannot be applied: malformed (400), too large (413), or not fitting the object (422).
public final class PatchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String reason;

    private PatchException(int code, String reason, String message) {
        super(message);
        this.code = code;
        this.reason = reason;
    }

    static PatchException malformed(String message) {
        return new PatchException(400, "BadRequest", message);
    }

    static PatchException tooLarge(String message) {
        return new PatchException(413, "RequestEntityTooLarge", message);
    }

    static PatchException unfit(String message) {
        return new PatchException(422, "Invalid", message);
    }

    /// The HTTP status.
    public int code() {
        return code;
    }

    /// The `reason` of the Status.
    public String reason() {
        return reason;
    }
}
