package dev.shiplog.node.probe;

/// What one question to a container gave.
public record ProbeResult(boolean ok, String message) {
    static ProbeResult fine() {
        return new ProbeResult(true, "");
    }

    static ProbeResult bad(String message) {
        return new ProbeResult(false, message);
    }
}
