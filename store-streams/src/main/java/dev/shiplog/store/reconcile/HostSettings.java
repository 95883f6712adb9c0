package dev.shiplog.store.reconcile;

import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.registry.RegistryEndpoint;
import dev.shiplog.store.kafka.Membership;
import java.nio.file.Path;

/// What a host needs to run its topology.
///
/// @param application the consumer group, which begins with `shiplog-`
/// @param membership of this process in that group
/// @param directory for Streams, safe to delete
public record HostSettings(
        String application, Membership membership, KafkaEndpoint kafka, RegistryEndpoint registry, Path directory) {

    public HostSettings {
        if (!application.startsWith("shiplog-")) {
            throw new IllegalArgumentException(
                    "the application is '%s', must begin with shiplog-".formatted(application));
        }
    }

    /// The same process with another topology.
    public HostSettings withApplication(String other) {
        return new HostSettings(other, membership, kafka, registry, directory);
    }
}
