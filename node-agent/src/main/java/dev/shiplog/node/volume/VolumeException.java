package dev.shiplog.node.volume;

/// A volume that cannot be filled now.
public final class VolumeException extends Exception {
    private static final long serialVersionUID = 1L;

    public VolumeException(String message) {
        super(message);
    }
}
