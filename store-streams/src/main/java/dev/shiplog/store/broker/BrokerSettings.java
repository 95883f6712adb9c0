package dev.shiplog.store.broker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What an embedded broker is told.
///
/// @param directory where the logs are (`DATA/kafka`)
/// @param credentials where the users' settings are (`DATA/pki/kafka`)
/// @param clusterId the cluster's identity, 22 characters of URL-safe base 64; it is written on first start and
///     must
/// match later
/// @param listen address of the client listener
/// @param port of the client listener
/// @param controllerPort of the KRaft listener, always on loopback
/// @param overrides broker settings that win over ours (`--kafka-config`)
public record BrokerSettings(
        Path directory,
        Path credentials,
        String clusterId,
        String listen,
        int port,
        int controllerPort,
        Map<String, String> overrides) {

    /// Free space below which nothing new is taken on.
    public static final long RESERVE_BYTES = 32L << 20;

    /// How long the dead incarnation of a killed broker keeps a new one out, and the longest stall that goes
    /// unnoticed.
    ///
    /// The broker asks again after 0.1, 0.3, 0.7, 1.5 and 3.1 s; so this is just under a step. A longer stall
    /// fences the broker until its next heartbeat, which clients ride out with a retry.
    static final Duration SESSION_TIMEOUT = Duration.ofMillis(1_400);

    static final Duration HEARTBEAT = Duration.ofMillis(300);

    public BrokerSettings {
        List<String> problems = new ArrayList<>();
        if (!clusterId.matches("[A-Za-z0-9_-]{22}")) {
            problems.add("the cluster id must be 22 characters of URL-safe base 64");
        }
        if (listen.isBlank()) {
            problems.add("kafka-listen is blank");
        }
        for (int number : List.of(port, controllerPort)) {
            if (number < 1 || number > 65_535) {
                problems.add("port %d must be 1..65535".formatted(number));
            }
        }
        if (port == controllerPort) {
            problems.add("the Kafka and the KRaft port are both " + port);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
        overrides = Map.copyOf(overrides);
    }
}
