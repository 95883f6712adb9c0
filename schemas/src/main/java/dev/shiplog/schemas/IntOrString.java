package dev.shiplog.schemas;

import org.jspecify.annotations.Nullable;

/// Values that are a number or a text: port 80 or "http", 1 pod or "25%".
public final class IntOrString {
    private IntOrString() {}

    /// A number of `total`: the number itself, or a percentage of it, rounded up or down; absent is 0.
    /// Throws IllegalArgumentException for a text that is no percentage.
    public static int scaled(@Nullable Object value, int total, boolean roundUp) {
        return switch (value) {
            case null -> 0;
            case Integer number -> number;
            case String text
            when isPercent(text) -> {
                long parts = Long.parseLong(text, 0, text.length() - 1, 10) * total;
                yield Math.toIntExact(roundUp ? Math.ceilDiv(parts, 100L) : parts / 100);
            }
            default -> throw new IllegalArgumentException("neither a number nor a percentage: " + value);
        };
    }

    /// Whether the text is a percentage such as `25%`.
    public static boolean isPercent(String text) {
        int digits = text.length() - 1;
        if (digits < 1 || digits > 9 || text.charAt(digits) != '%') {
            return false;
        }
        return text.chars().limit(digits).allMatch(c -> c >= '0' && c <= '9');
    }

    /// As a person would write it; absent is 0.
    public static String text(@Nullable Object value) {
        return value == null ? "0" : value.toString();
    }
}
