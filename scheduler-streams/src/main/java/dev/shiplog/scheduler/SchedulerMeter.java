package dev.shiplog.scheduler;

/// What the scheduler reports of itself. It has no clock: the meter may have one.
public interface SchedulerMeter {
    SchedulerMeter NONE = new SchedulerMeter() {};

    default long begin() {
        return 0;
    }

    /// So many pods were looked at since the mark.
    default void decided(int pods, long mark) {}

    /// Attempts to place pods ended so.
    ///
    /// @param result `scheduled`, `unschedulable` or `error`
    default void attempted(String result, int pods) {}

    default void conflict() {}

    default void pending(int active, int unschedulable) {}
}
