package dev.shiplog.store;

/// What the program believes, said aloud and always checked.
public final class Invariant {

    private Invariant() {}

    /// Says what must hold here.
    ///
    /// @throws AssertionError when it does not hold, which is a bug of the program
    @SuppressWarnings("AnnotateFormatMethod")
    public static void invariant(boolean holds, String format, Object... arguments) {
        if (!holds) {
            throw new AssertionError(format.formatted(arguments));
        }
    }
}
