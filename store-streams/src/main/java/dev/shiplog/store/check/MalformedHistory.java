package dev.shiplog.store.check;

/// A file that is no history, and where it is not.
public final class MalformedHistory extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedHistory(int line, String why) {
        super("line %d %s".formatted(line, why));
    }
}
