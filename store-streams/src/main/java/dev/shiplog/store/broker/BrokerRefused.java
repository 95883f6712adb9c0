package dev.shiplog.store.broker;

/// The embedded broker cannot start here: a port is taken, or the directory belongs to something else.
/// The message is one sentence for the user, with what to do.
public final class BrokerRefused extends Exception {
    private static final long serialVersionUID = 1L;

    public BrokerRefused(String message) {
        super(message);
    }
}
