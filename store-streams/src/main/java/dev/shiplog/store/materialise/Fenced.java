package dev.shiplog.store.materialise;

/// Another materialiser has taken over; what this one sent since its last commit is void.
public final class Fenced extends Exception {
    private static final long serialVersionUID = 1L;

    public Fenced(Throwable cause) {
        super("another materialiser has taken over", cause);
    }

    public Fenced() {
        super("another materialiser has taken over");
    }
}
