package dev.shiplog.standalone;

/// Ends a command with an exit code and one line for the person who typed it: what is wrong, and what to do about it.
final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode code;

    Stop(ExitCode code, String cause, String remedy) {
        this(code, "%s. %s.".formatted(cause, remedy));
    }

    /// @param causeAndRemedy two sentences
    Stop(ExitCode code, String causeAndRemedy) {
        super("shiplog: " + causeAndRemedy);
        this.code = code;
    }

    ExitCode code() {
        return code;
    }
}
