package dev.shiplog.store.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.core.v1.ConfigMap;
import dev.shiplog.journal.Item;
import dev.shiplog.journal.ItemOperation;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Request;
import dev.shiplog.schemas.Binary;
import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.Keys;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.Typed;
import dev.shiplog.schemas.registry.WireFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NamespaceTopologyTest {
    private static final int SCHEMA_ID = 3;
    private static final Key TENURE = Keys.tenure("test", 0);

    @TempDir
    Path directory;

    private final Map<Integer, Boolean> held = new ConcurrentHashMap<>();
    private TopologyTestDriver driver;
    private TestInputTopic<String, byte[]> objects;
    private TestOutputTopic<String, byte[]> requests;

    @BeforeEach
    void start() {
        Schema stripped = new Schema.Parser().parse(ConfigMap.TYPE.strippedText());
        var records = new ObjectRecords(Catalog.builtIn(), _ -> stripped);
        var parts = new NamespaceTopology.Parts(
                records,
                records.cache(),
                Resource.CONFIG_MAPS::has,
                envelope -> new Desk(
                        envelope,
                        List.of(new Copies()),
                        key -> Resource.EVENTS.has(key) ? StoreName.EPHEMERAL : StoreName.MAIN,
                        DeskMeter.NONE),
                "test",
                held,
                () -> 9);
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "shiplog-test");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        driver = new TopologyTestDriver(NamespaceTopology.build(parts), properties);
        objects = driver.createInputTopic("objects", new StringSerializer(), new ByteArraySerializer());
        requests = driver.createOutputTopic("requests", new StringDeserializer(), new ByteArrayDeserializer());
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    private void object(long revision, UUID transaction, ConfigMap map) {
        var known = map.withMetadata(
                map.metadata().toBuilder().uid("u-" + map.metadata().name()).build());
        pipe(
                Resource.CONFIG_MAPS.key("ns", map.metadata().name()),
                WireFormat.frame(SCHEMA_ID, Binary.encode(known)),
                Map.of(
                        "shiplog.store", "main",
                        "shiplog.revision", Long.toString(revision),
                        "shiplog.transaction", transaction.toString()));
    }

    private void pipe(Key key, byte @Nullable [] value, Map<String, String> headers) {
        var all = new RecordHeaders();
        headers.forEach((name, text) -> all.add(name, text.getBytes(StandardCharsets.UTF_8)));
        objects.pipeInput(new TestRecord<>(Keys.text(key), value, all));
    }

    private void outcome(Request request, String outcome) {
        pipe(
                new Key(Keys.INTERNAL, "outcome", "", request.id().toString()),
                null,
                Map.of(
                        "shiplog.store",
                        "main",
                        "shiplog.request",
                        request.id().toString(),
                        "shiplog.outcome",
                        outcome,
                        "shiplog.revision",
                        "9"));
    }

    private List<Request> sent() {
        return requests.readValuesToList().stream()
                .map(value -> Binary.decode(Request.TYPE, WireFormat.payload(value)))
                .toList();
    }

    /// The claim that the topology sends is let through.
    private void claimed() {
        driver.advanceWallClockTime(StreamsHost.TICK);
        Request claim = sent().getFirst();
        assertThat(claim.items().getFirst().target()).isEqualTo(TENURE);
        pipe(
                TENURE,
                null,
                Map.of(
                        "shiplog.store", "main",
                        "shiplog.revision", "5",
                        "shiplog.transaction", claim.id().toString()));
    }

    @Test
    void asksUnderItsTenureAndWaitsForTheOutcome() {
        object(1, new UUID(1, 1), Copies.source("a", "2"));
        claimed();

        List<Request> first = sent();
        assertThat(held).containsEntry(0, true);
        assertThat(first).hasSize(1);
        Request request = first.getFirst();
        assertThat(request.tenure()).isEqualTo(TENURE);
        assertThat(request.tenureRevision()).isEqualTo(5);
        assertThat(request.origin().replyTo()).isZero();
        assertThat(request.origin().basis()).isEqualTo(5);
        assertThat(request.items())
                .extracting(Item::operation)
                .containsExactly(ItemOperation.UPDATE, ItemOperation.CREATE, ItemOperation.CREATE);

        object(6, request.id(), Copies.source("a", "2"));
        request.items().stream().skip(1).forEach(item -> made(request, item));
        assertThat(sent()).as("one in flight").isEmpty();
        outcome(request, "accepted");
        assertThat(sent())
                .as("nothing but the Event")
                .allMatch(each -> Resource.EVENTS.has(each.items().getFirst().target()));
    }

    private long next = 7;

    private void made(Request request, Item item) {
        ConfigMap map = Binary.decode(ConfigMap.TYPE, java.util.Objects.requireNonNull(item.value()));
        object(next++, request.id(), map);
    }

    @Test
    void aRejectedRequestsOutcomeReachesItsReconciler() {
        object(1, new UUID(1, 1), Copies.source("a", "1"));
        claimed();
        Request request = sent().getFirst();

        outcome(request, "rejected");

        List<Request> again = sent();
        assertThat(again).hasSize(1);
        assertThat(again.getFirst().id()).isNotEqualTo(request.id());
        assertThat(again.getFirst().items()).isEqualTo(request.items());
    }

    @Test
    void aRefusalBecauseTheStateMovedOnIsAConflictAndNoNews() {
        object(1, new UUID(1, 1), Copies.source("a", "1"));
        claimed();
        Request request = sent().getFirst();

        pipe(
                new Key(Keys.INTERNAL, "outcome", "", request.id().toString()),
                null,
                Map.of("shiplog.outcome", "refused", "shiplog.code", "409", "shiplog.reason", "Conflict"));

        List<Request> again = sent();
        assertThat(again).as("at once, and no Event").hasSize(1);
        assertThat(again.getFirst().items()).isEqualTo(request.items());
    }

    @Test
    void anOlderRevisionThatComesAgainIsIgnored() {
        claimed();
        object(8, new UUID(1, 8), Copies.source("a", "0"));
        object(7, new UUID(1, 7), Copies.source("a", "3"));
        driver.advanceWallClockTime(Duration.ofSeconds(1));

        assertThat(sent()).isEmpty();
    }

    @Test
    void recordsOfOtherKindsAndStoresChangeNothing() {
        claimed();
        pipe(
                Resource.EVENTS.key("ns", "e"),
                new byte[] {1, 2, 3},
                Map.of("shiplog.store", "ephemeral", "shiplog.revision", "99"));
        pipe(
                Resource.PODS.key("ns", "p"),
                new byte[] {1, 2, 3},
                Map.of("shiplog.store", "main", "shiplog.revision", "12"));
        object(13, new UUID(1, 13), Copies.source("a", "1"));

        assertThat(sent().getFirst().origin().basis()).isEqualTo(13);
    }

    @Test
    void theTableKeepsObjectsWithoutTheRevisionInThem() {
        Typed object = Meta.with(
                Copies.source("a", "1"), Copies.source("a", "1").metadata().withResourceVersion("12"));
        Schema stripped = new Schema.Parser().parse(ConfigMap.TYPE.strippedText());
        var records = new ObjectRecords(Catalog.builtIn(), _ -> stripped);

        var entry = records.entry(
                Resource.CONFIG_MAPS.key("ns", "a"), WireFormat.frame(SCHEMA_ID, Binary.encode(object)), null);

        assertThat(entry.revision()).isEqualTo(12);
        assertThat(records.cache().row(entry).metadata().resourceVersion()).isEmpty();
    }
}
