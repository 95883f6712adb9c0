package dev.shiplog.store.journal;

/// What an appender reports of itself.
public interface AppendMeter {
    AppendMeter NONE = new AppendMeter() {};

    /// An append was answered so long after it was handed in.
    default void answered(long nanos) {}

    /// The journal acknowledged a record so long after it was sent.
    default void committed(long nanos) {}
}
