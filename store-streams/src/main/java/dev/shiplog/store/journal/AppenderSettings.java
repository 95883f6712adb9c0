package dev.shiplog.store.journal;

import java.time.Duration;

/// How an appender behaves.
///
/// @param instance who appends, for people who read the journal
/// @param patience how long a caller waits for an outcome before it is told that the outcome is unknown
/// @param retryAfter how long a doubtful session waits before it asks the journal again
public record AppenderSettings(String instance, Duration patience, Duration retryAfter) {

    public AppenderSettings {
        if (instance.isBlank() || !patience.isPositive() || !retryAfter.isPositive()) {
            throw new IllegalArgumentException(
                    "an appender needs an instance name, patience and a pause, not '%s', %s, %s"
                            .formatted(instance, patience, retryAfter));
        }
    }

    public static AppenderSettings of(String instance) {
        return new AppenderSettings(instance, Duration.ofSeconds(45), Duration.ofMillis(250));
    }
}
