package dev.shiplog.standalone;

import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.registry.RegistryEndpoint;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/// How a command reaches a running cluster's Kafka and registry: by `DATA/clients`, as any program does.
record ClientAccess(KafkaEndpoint kafka, RegistryEndpoint registry) {

    static ClientAccess of(Data data) {
        if (new Processes(data).living().isEmpty()) {
            throw new Stop(
                    ExitCode.FAILED,
                    "nothing runs in " + data.directory(),
                    "Start the cluster with ./shiplog up, or name its directory with --data");
        }
        Properties kafka = load(data.clients().resolve("kafka.properties"));
        Properties registry = load(data.clients().resolve("registry.properties"));
        kafka.keySet().removeAll(registry.keySet());
        String[] user = registry.getProperty("basic.auth.user.info", ":").split(":", 2);
        return new ClientAccess(
                KafkaEndpoint.of(kafka),
                new RegistryEndpoint(registry.getProperty("schema.registry.url", ""), user[0], user[1]));
    }

    private static Properties load(Path file) {
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
            return properties;
        } catch (IOException _) {
            throw new Stop(
                    ExitCode.FAILED,
                    file + " does not exist or is not yours",
                    "Start the cluster with ./shiplog up, or name its directory with --data");
        }
    }
}
