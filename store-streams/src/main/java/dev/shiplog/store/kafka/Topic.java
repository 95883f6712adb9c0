package dev.shiplog.store.kafka;

import java.util.Map;
import java.util.TreeMap;

/// A topic as it has to be.
///
/// @param config what must hold; every other setting is the broker's
public record Topic(String name, int partitions, Map<String, String> config) {

    public Topic {
        if (name.isBlank() || partitions < 1) {
            throw new IllegalArgumentException("topic '%s' with %d partitions".formatted(name, partitions));
        }
        config = Map.copyOf(config);
    }

    Topic with(String setting, String value) {
        Map<String, String> more = new TreeMap<>(config);
        more.put(setting, value);
        return new Topic(name, partitions, more);
    }
}
