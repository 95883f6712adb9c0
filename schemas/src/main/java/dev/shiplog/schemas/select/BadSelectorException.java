package dev.shiplog.schemas.select;

/// A selector that cannot be read. The message is for whoever wrote it.
public final class BadSelectorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadSelectorException(String message) {
        super(message);
    }
}
