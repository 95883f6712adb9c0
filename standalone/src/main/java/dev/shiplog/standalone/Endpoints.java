package dev.shiplog.standalone;

import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.registry.RegistryEndpoint;
import dev.shiplog.store.broker.Credentials;
import dev.shiplog.store.broker.KafkaUser;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// How the parts of one cluster reach each other, and the credentials for it, as they lie in DATA.
final class Endpoints {
    private static final String REGISTRY_USER = "shiplog";
    private static final int PASSWORD_BYTES = 24;
    private static final Duration CREDENTIALS_WITHIN = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 50;

    private final Data data;
    private final UpOptions options;
    private final Ports ports;

    Endpoints(Data data, UpOptions options) {
        this.data = data;
        this.options = options;
        this.ports = new Ports(options.portOffset);
    }

    Ports ports() {
        return ports;
    }

    String api() {
        return "https://127.0.0.1:" + ports.api();
    }

    /// How a part reaches Kafka. Waits for the broker role of another process to write its users' credentials.
    KafkaEndpoint kafka(KafkaUser user) throws IOException, InterruptedException {
        String servers = options.bootstrapServers;
        if (servers != null) {
            return new KafkaEndpoint(servers, kafkaConfig());
        }
        Path file = Credentials.file(data.kafkaCredentials(), user);
        long deadline = System.nanoTime() + CREDENTIALS_WITHIN.toNanos();
        while (!Files.exists(file)) {
            if (System.nanoTime() > deadline) {
                throw new Stop(
                        ExitCode.TIMEOUT,
                        "no broker has been started in " + data.directory(),
                        "Start the role broker, or name a Kafka with --bootstrap-servers");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return Credentials.endpoint(data.kafkaCredentials(), user);
    }

    /// What `--kafka-config` says: settings of clients of an existing Kafka, or of the embedded broker.
    Map<String, String> kafkaConfig() throws IOException {
        var settings = new TreeMap<String, String>();
        Path file = options.kafkaConfig;
        if (file != null) {
            var properties = new Properties();
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            }
            properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
        }
        return settings;
    }

    /// How everyone reaches the registry; the password is made up by whoever asks first.
    RegistryEndpoint registry() throws IOException {
        Path file = data.pki().resolve("registry.password");
        if (!Files.exists(file)) {
            byte[] bytes = new byte[PASSWORD_BYTES];
            new SecureRandom().nextBytes(bytes);
            Secrets.writeOnce(file, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
        }
        return new RegistryEndpoint(
                "http://127.0.0.1:" + ports.registry(),
                REGISTRY_USER,
                Files.readString(file).strip());
    }

    /// Writes `clients/`: all that a program needs that is no part of Shiplog.
    void writeClients() throws IOException, InterruptedException {
        RegistryEndpoint registry = registry();
        var kafka = new TreeMap<String, String>();
        kafka(KafkaUser.ADMIN).settings().forEach((name, value) -> kafka.put(name, String.valueOf(value)));
        kafka.putAll(registry.properties());
        Secrets.write(data.clients().resolve("kafka.properties"), text(kafka));
        Secrets.write(data.clients().resolve("registry.properties"), text(registry.properties()));
    }

    private static String text(Map<String, String> properties) {
        var text = new StringBuilder();
        new TreeMap<>(properties)
                .forEach((name, value) -> text.append(name)
                        .append('=')
                        .append(value.replace("\\", "\\\\"))
                        .append('\n'));
        return text.toString();
    }
}
