package dev.shiplog.node.server;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which part of a log is wanted, and how.
///
/// @param tailLines the last so many lines; -1 for all
/// @param limitBytes at most so many bytes; -1 for no limit
record LogOptions(
        boolean follow,
        boolean previous,
        boolean timestamps,
        long tailLines,
        long limitBytes,
        @Nullable Instant since) {

    /// @throws IllegalArgumentException which parameter is wrong
    static LogOptions of(Map<String, String> query, Instant now) {
        return new LogOptions(
                flag(query, "follow"),
                flag(query, "previous"),
                flag(query, "timestamps"),
                number(query, "tailLines"),
                number(query, "limitBytes"),
                since(query, now));
    }

    private static boolean flag(Map<String, String> query, String name) {
        String value = query.getOrDefault(name, "false");
        return value.equals("true") || value.equals("1") || value.isEmpty();
    }

    private static long number(Map<String, String> query, String name) {
        String value = query.getOrDefault(name, "");
        if (value.isEmpty()) {
            return -1;
        }
        try {
            long number = Long.parseLong(value);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException(name + " is " + value + ", must be a whole number from 0");
    }

    private static @Nullable Instant since(Map<String, String> query, Instant now) {
        String time = query.getOrDefault("sinceTime", "");
        if (!time.isEmpty()) {
            try {
                return Instant.parse(time);
            } catch (java.time.format.DateTimeParseException e) {
                throw new IllegalArgumentException("sinceTime is " + time + ", must be a time of RFC 3339");
            }
        }
        long seconds = number(query, "sinceSeconds");
        return seconds < 0 ? null : now.minus(Duration.ofSeconds(seconds));
    }
}
