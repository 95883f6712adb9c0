package dev.shiplog.api.requests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.api.ApiCluster;
import dev.shiplog.core.v1.Event;
import dev.shiplog.core.v1.ObjectReference;
import dev.shiplog.journal.Item;
import dev.shiplog.journal.ItemOperation;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Origin;
import dev.shiplog.journal.Request;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.schemas.Binary;
import dev.shiplog.schemas.registry.WireFormat;
import dev.shiplog.store.broker.KafkaUser;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Requests on a real topic.
@Tag("full")
class RequestsFollowerTest {
    private static final int REQUESTS = 40;

    @TempDir
    Path directory;

    @Test
    void requestsOfTheTopicTakeEffectAndUnreadableOnesAreInNobodysWay() throws Exception {
        try (var cluster = ApiCluster.start(directory);
                var producer = new KafkaProducer<>(
                        new HashMap<>(
                                cluster.kafka().endpoint(KafkaUser.COMPONENTS).settings()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(RequestsFollower.TOPIC, 0, null, new byte[] {9, 9, 9, 9, 9, 9, 9}))
                    .get();
            for (int i = 0; i < REQUESTS; i++) {
                producer.send(new ProducerRecord<>(RequestsFollower.TOPIC, i % 4, null, request("e" + i)))
                        .get();
            }

            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(cluster.get("/api/v1/namespaces/default/events")
                                    .body())
                            .contains("\"name\":\"e0\"", "\"name\":\"e" + (REQUESTS - 1) + "\""));
        }
    }

    private static byte[] request(String name) {
        var event = Event.builder()
                .metadata(ObjectMeta.builder().namespace("default").name(name).build())
                .involvedObject(
                        ObjectReference.builder().namespace("default").name("x").build())
                .reason("Because")
                .type("Normal")
                .build();
        var request = Request.builder()
                .id(UUID.randomUUID())
                .origin(Origin.builder().component("deployment-controller").build())
                .items(List.of(Item.builder()
                        .operation(ItemOperation.CREATE)
                        .target(new Key("", "events", "default", name))
                        .schema(Event.TYPE.fingerprint())
                        .value(Binary.encode(event))
                        .build()))
                .build();
        return WireFormat.frame(1, Binary.encode(request));
    }
}
