package dev.shiplog.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Reader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/// A program that knows Kafka, Avro and Confluent's wire format, and nothing of Shiplog but the files in
/// `DATA/clients`,
/// follows every change of every Deployment.
@Tag("e2e")
@ExtendWith(Cluster.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IndependentReaderTest {
    private final Cluster cluster;
    private final Map<Integer, Schema> schemas = new HashMap<>();

    IndependentReaderTest(Cluster cluster) {
        this.cluster = cluster;
    }

    @Test
    void everyChangeOfADeploymentIsReadWithItsActor() throws Exception {
        String namespace = cluster.namespace("reader");
        cluster.deploy(namespace, "seen", 1);
        cluster.kubectl("scale deployment/seen -n %s --replicas=2".formatted(namespace))
                .succeeded();

        var changes = new ArrayList<String>();
        try (var consumer = new KafkaConsumer<>(
                settings("kafka.properties"), new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor("objects.apps.deployments").stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    if (record.key().equals(namespace + "/seen") && record.value() != null) {
                        changes.add(describe(record));
                    }
                }
                assertThat(changes)
                        .contains("seen 1 shiplog-admin", "seen 2 shiplog-admin")
                        .anyMatch(change -> change.endsWith("deployment-controller"));
            });
        }
        cluster.kubectl("delete namespace " + namespace).succeeded();
    }

    private String describe(ConsumerRecord<String, byte[]> record) throws Exception {
        ByteBuffer framed = ByteBuffer.wrap(record.value());
        assertThat(framed.get()).as("Confluent's magic byte").isZero();
        Schema schema = schema(framed.getInt());
        var reader = new GenericDatumReader<GenericRecord>(schema);
        GenericRecord object = reader.read(
                null, DecoderFactory.get().binaryDecoder(record.value(), framed.position(), framed.remaining(), null));
        GenericRecord metadata = (GenericRecord) object.get("metadata");
        GenericRecord spec = (GenericRecord) object.get("spec");
        String actor = new String(record.headers().lastHeader("shiplog.actor").value(), StandardCharsets.UTF_8);
        return "%s %s %s".formatted(metadata.get("name"), spec.get("replicas"), actor);
    }

    private Schema schema(int id) throws Exception {
        Schema known = schemas.get(id);
        if (known != null) {
            return known;
        }
        Properties registry = properties("registry.properties");
        String credentials = Base64.getEncoder()
                .encodeToString(registry.getProperty("basic.auth.user.info").getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(registry.getProperty("schema.registry.url") + "/schemas/ids/" + id))
                .header("Authorization", "Basic " + credentials)
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            String body =
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body();
            Schema schema = new Schema.Parser()
                    .parse(new ObjectMapper().readTree(body).path("schema").asText());
            schemas.put(id, schema);
            return schema;
        }
    }

    private Map<String, Object> settings(String file) throws Exception {
        var settings = new HashMap<String, Object>();
        properties(file).forEach((name, value) -> settings.put(String.valueOf(name), value));
        return settings;
    }

    private Properties properties(String file) throws Exception {
        Path path = cluster.data().resolve("clients").resolve(file);
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(path)) {
            properties.load(reader);
        }
        return properties;
    }
}
