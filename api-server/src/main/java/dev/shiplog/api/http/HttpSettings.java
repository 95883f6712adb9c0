package dev.shiplog.api.http;

import java.time.Duration;
import java.util.ArrayList;

/// Where the server listens and what it bears.
///
/// @param port 0 = any free one
/// @param inFlightMax requests that are worked on at the same time; more are answered 429
/// @param bodyBytesMax bytes of request bodies held at the same time; more are answered 429
/// @param connectionsMax open connections; more are closed at once
/// @param requestTimeout for requests that are no streams
/// @param readTimeout how long a client may take to send a request, or to read on when an answer waits for it
/// @param idleTimeout how long a connection may stay open without a request
public record HttpSettings(
        String host,
        int port,
        int inFlightMax,
        long bodyBytesMax,
        int connectionsMax,
        Duration requestTimeout,
        Duration readTimeout,
        Duration idleTimeout) {

    public HttpSettings {
        var problems = new ArrayList<String>();
        if (host.isBlank()) {
            problems.add("listen address is blank");
        }
        if (port < 0 || port > 65_535) {
            problems.add("port is %d, must be 0..65535".formatted(port));
        }
        if (inFlightMax < 1 || connectionsMax < 1 || bodyBytesMax < ApiRequest.BODY_MAX) {
            problems.add("limits must let at least one request through");
        }
        if (!requestTimeout.isPositive() || !readTimeout.isPositive() || !idleTimeout.isPositive()) {
            problems.add("time-outs must be positive");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    public static HttpSettings of(String host, int port) {
        return new HttpSettings(
                host,
                port,
                2_048,
                64L * 1024 * 1024,
                40_000,
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                Duration.ofMinutes(3));
    }
}
