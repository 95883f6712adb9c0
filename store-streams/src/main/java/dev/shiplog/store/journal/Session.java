package dev.shiplog.store.journal;

/// What the state machine remembers of a writer: enough to accept each of its records at most once.
///
/// @param maxRule the highest rule that the writer's program knows
/// @param lastSequence the sequence of its last record that was judged
/// @param lastMillis journal time of that record
public record Session(String instance, int maxRule, long lastSequence, long lastMillis) {

    Session seen(long sequence, long timeMillis) {
        return new Session(instance, maxRule, sequence, timeMillis);
    }
}
