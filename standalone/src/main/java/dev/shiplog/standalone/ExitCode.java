package dev.shiplog.standalone;

/// What the command line answers to the shell.
enum ExitCode {
    DONE(0),
    FAILED(1),
    USAGE(2),
    PREREQUISITE(3),
    REFUSED(4),
    TIMEOUT(5),
    INTERRUPTED(130);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
