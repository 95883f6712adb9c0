package dev.shiplog.schemas;

import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/// How a component reaches Kafka: where, and with which client settings (`security.protocol`, `sasl.mechanism`,
/// `sasl.jaas.config` …).
public record KafkaEndpoint(String bootstrapServers, Map<String, String> security) {

    public KafkaEndpoint {
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException("bootstrap.servers is blank");
        }
        security = Map.copyOf(security);
    }

    /// Reads client settings as they stand in a properties file; every key but `bootstrap.servers` is passed on.
    public static KafkaEndpoint of(Properties properties) {
        Map<String, String> security = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> security.put(name, properties.getProperty(name)));
        String servers = security.remove("bootstrap.servers");
        if (servers == null) {
            throw new IllegalArgumentException("bootstrap.servers is missing");
        }
        return new KafkaEndpoint(servers, security);
    }

    /// Complete client settings, to which a client adds its own.
    public Map<String, Object> settings() {
        Map<String, Object> all = new TreeMap<>(security);
        all.put("bootstrap.servers", bootstrapServers);
        return all;
    }

    /// Credentials stay out of logs.
    @Override
    public String toString() {
        return "KafkaEndpoint[" + bootstrapServers + "]";
    }
}
