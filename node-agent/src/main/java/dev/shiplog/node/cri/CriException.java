package dev.shiplog.node.cri;

import io.grpc.Status;

/// A call that the runtime refused or that did not reach it.
public final class CriException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /// What an agent can do about it.
    public enum Kind {
        NOT_FOUND,
        UNAVAILABLE,
        TIMEOUT,
        FAILED
    }

    CriException(String call, Status status) {
        super(call + ": " + (status.getDescription() == null ? status.getCode() : status.getDescription()));
        this.kind = switch (status.getCode()) {
            case NOT_FOUND -> Kind.NOT_FOUND;
            case UNAVAILABLE -> Kind.UNAVAILABLE;
            case DEADLINE_EXCEEDED -> Kind.TIMEOUT;
            default -> Kind.FAILED;
        };
    }

    public Kind kind() {
        return kind;
    }
}
