package dev.shiplog.schemas;

import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/// How a component reaches Kafka: where, and the client settings that prove who it is.
public record KafkaEndpoint(String bootstrapServers, Map<String, String> security) {
    public KafkaEndpoint {
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException("bootstrapServers is blank");
        }
        security = Map.copyOf(security);
    }

    /// Reads client settings as they stand in a properties file; every key but `bootstrap.servers` is passed on.
    public static KafkaEndpoint of(Properties properties) {
        Map<String, String> security = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> security.put(name, properties.getProperty(name)));
        String servers = security.remove("bootstrap.servers");
        return new KafkaEndpoint(servers == null ? "" : servers, security);
    }

    /// Complete client settings, to which a client adds its own.
    public Map<String, Object> settings() {
        Map<String, Object> all = new TreeMap<>(security);
        all.put("bootstrap.servers", bootstrapServers);
        return all;
    }

    /// Leaves the settings out: they hold a password.
    @Override
    public String toString() {
        return "KafkaEndpoint[" + bootstrapServers + "]";
    }
}
