package dev.shiplog.store.reconcile;

/// What a desk reports of itself. It has no clock: the meter may have one.
public interface DeskMeter {
    DeskMeter NONE = new DeskMeter() {};

    /// Called just before a reconciler is; the mark comes back with [#reconciled].
    default long begin() {
        return 0;
    }

    /// A reconciler came back.
    ///
    /// @param result `request`, `idle`, `paced` or `threw`
    default void reconciled(String controller, String result, long mark) {}

    /// A request was answered.
    ///
    /// @param result `accepted`, `conflict` or `refused`
    default void answered(String controller, String result) {}

    /// Keys began to wait for a look, or wait no longer.
    default void queued(String controller, int change) {}

    /// A key was set aside because its reconciler threw, or is tried again.
    default void parked(String controller, int change) {}

    default void threw(String controller, String key, Throwable cause) {}
}
