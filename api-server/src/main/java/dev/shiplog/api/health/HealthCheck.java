package dev.shiplog.api.health;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One question about the server's health.
///
/// @param failure what is wrong, or null; asked often, so it must not block
public record HealthCheck(String name, Supplier<@Nullable String> failure) {

    /// Answers as long as requests are answered at all.
    public static final HealthCheck PING = new HealthCheck("ping", () -> null);
}
