package dev.shiplog.schemas;

/// Input that cannot be read as what it should be: a caller's mistake, answered with 400, or damaged bytes.
public final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String path;

    /// `path` is where, as in `spec.containers[0].ports`; empty if the whole is meant.
    public MalformedException(String path, String message) {
        super(path.isEmpty() ? message : path + ": " + message);
        this.path = path;
    }

    public String path() {
        return path;
    }
}
