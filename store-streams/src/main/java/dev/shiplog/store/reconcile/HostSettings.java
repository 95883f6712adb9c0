package dev.shiplog.store.reconcile;

import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.registry.RegistryEndpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;

/// What a host needs to run its topology.
///
/// @param application the consumer group, which begins with `shiplog-`
/// @param instance stable over restarts of the same process on the same DATA and different for any other: a
/// restart     takes its partitions back at once
/// @param sessionTimeout after which another process takes over from one that died; the broker has a minimum
/// @param directory for Streams, safe to delete
public record HostSettings(
        String application,
        String instance,
        KafkaEndpoint kafka,
        RegistryEndpoint registry,
        Duration sessionTimeout,
        Path directory) {

    /// With the embedded broker, whose minimum is lower.
    public static final Duration SESSION_EMBEDDED = Duration.ofMillis(1_500);

    /// What any broker accepts without being told to. Also for a process that has the broker: with it, what it
    /// would be taken over from ends as well, and heartbeats are much of what an idle cluster does.
    public static final Duration SESSION_ANY = Duration.ofSeconds(6);

    private static final Duration SESSION_MIN = Duration.ofMillis(500);

    public HostSettings {
        var problems = new ArrayList<String>();
        if (!application.startsWith("shiplog-")) {
            problems.add("the application is '%s', must begin with shiplog-".formatted(application));
        }
        if (instance.isBlank()) {
            problems.add("the instance has no name");
        }
        if (sessionTimeout.compareTo(SESSION_MIN) < 0) {
            problems.add("the session time-out is %s, must be at least %s".formatted(sessionTimeout, SESSION_MIN));
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    /// The same process with another topology.
    public HostSettings withApplication(String other) {
        return new HostSettings(other, instance, kafka, registry, sessionTimeout, directory);
    }
}
