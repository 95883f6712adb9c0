package dev.shiplog.node;

/// Something that could not be done for a pod, with the reason in Kubernetes' words.
final class ActionException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    ActionException(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
