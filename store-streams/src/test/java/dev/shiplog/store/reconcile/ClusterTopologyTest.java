package dev.shiplog.store.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shiplog.journal.Item;
import dev.shiplog.journal.ItemOperation;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Mutation;
import dev.shiplog.journal.Operation;
import dev.shiplog.journal.Origin;
import dev.shiplog.journal.Request;
import dev.shiplog.schemas.Binary;
import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.Codec;
import dev.shiplog.schemas.Keys;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.registry.WireFormat;
import dev.shiplog.store.Appender;
import dev.shiplog.store.Result;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.TransactionDraft;
import dev.shiplog.store.Views;
import dev.shiplog.store.journal.AppenderSeams;
import dev.shiplog.store.journal.AppenderSettings;
import dev.shiplog.store.journal.JournalAppender;
import dev.shiplog.store.journal.MemoryJournal;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.journal.ViewFollower;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The cluster-wide topology over real views of journals in memory.
final class ClusterTopologyTest {
    private static final Key TENURE = Keys.tenure("test", 0);

    @TempDir
    Path directory;

    private final Codec codec = new Codec(Catalog.builtIn());
    private final AtomicBoolean held = new AtomicBoolean();
    private final MemoryJournal journal = new MemoryJournal(StoreName.MAIN, new UUID(1, 1), InstantSource.system());
    private final MemoryJournal ephemeralJournal =
            new MemoryJournal(StoreName.EPHEMERAL, new UUID(1, 2), InstantSource.system());
    private final ViewFollower main = new ViewFollower(StoreName.MAIN, State.EMPTY);
    private final ViewFollower ephemeral = new ViewFollower(StoreName.EPHEMERAL, State.EMPTY);
    private final List<Request> sent = new ArrayList<>();
    /// Holds up the view between showing a record and telling of it.
    private volatile CompletableFuture<Void> untold = CompletableFuture.completedFuture(null);

    private Appender appender;
    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> records;
    private TestOutputTopic<String, byte[]> requests;

    @BeforeEach
    void start() throws InterruptedException, RevisionGone {
        main.start(journal, _ -> {});
        ephemeral.start(ephemeralJournal, _ -> {});
        main.follow(-1, _ -> untold.join());
        var timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().factory());
        appender = JournalAppender.over(
                journal,
                main,
                AppenderSettings.of("test"),
                new AppenderSeams(
                        UUID::randomUUID,
                        (after, task) -> timer.execute(() -> {
                            LockSupport.parkNanos(after.toNanos());
                            task.run();
                        }),
                        () -> null,
                        fingerprint -> Objects.requireNonNull(codec.catalog().type(fingerprint))
                                .strippedText()));
        put(Copies.source("a", "2"), 0);
        var parts = new ClusterTopology.Parts(
                new Views(main, ephemeral),
                new ObjectCache(entry -> codec.decode(entry.schema(), entry.value())),
                Resource.CONFIG_MAPS::has,
                envelope -> new Desk(
                        envelope,
                        List.of(new Copies()),
                        key -> Resource.EVENTS.has(key) ? StoreName.EPHEMERAL : StoreName.MAIN,
                        DeskMeter.NONE),
                "test",
                new AtomicBoolean(true),
                held,
                () -> 9);
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "shiplog-test-cluster");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        driver = new TopologyTestDriver(ClusterTopology.build(parts), properties);
        records = driver.createInputTopic("journal", new ByteArraySerializer(), new ByteArraySerializer());
        requests = driver.createOutputTopic("requests", new StringDeserializer(), new ByteArrayDeserializer());
    }

    @AfterEach
    void stop() {
        driver.close();
        appender.close();
        main.close();
        ephemeral.close();
    }

    private long put(dev.shiplog.core.v1.ConfigMap map, long expect) throws InterruptedException {
        var known = map.withMetadata(
                map.metadata().toBuilder().uid("u-" + map.metadata().name()).build());
        Key key = Resource.CONFIG_MAPS.key("ns", map.metadata().name());
        var mutation = Mutation.builder()
                .key(key)
                .operation(Operation.PUT)
                .verb("create")
                .expect(expect)
                .schema(known.recordType().fingerprint())
                .value(Binary.encode(known))
                .build();
        return committed(UUID.randomUUID(), List.of(mutation));
    }

    private long committed(UUID id, List<Mutation> mutations) throws InterruptedException {
        Result result = appender.append(new TransactionDraft(id, Origin.EMPTY, List.of(), mutations));
        assertThat(result).isInstanceOf(Result.Committed.class);
        return ((Result.Committed) result).to();
    }

    /// Time passes until something that is no Event is sent.
    private Request next() {
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            driver.advanceWallClockTime(StreamsHost.TICK);
            requests.readValuesToList().stream()
                    .map(value -> Binary.decode(Request.TYPE, WireFormat.payload(value)))
                    .filter(each -> !Resource.EVENTS.has(each.items().getFirst().target()))
                    .forEach(sent::add);
            return !sent.isEmpty();
        });
        return sent.removeFirst();
    }

    private long claimed() throws InterruptedException {
        Request claim = next();
        assertThat(claim.items().getFirst().target()).isEqualTo(TENURE);
        var mutation = Mutation.builder()
                .key(TENURE)
                .operation(Operation.PUT)
                .verb("update")
                .value(new byte[0])
                .build();
        return committed(claim.id(), List.of(mutation));
    }

    @Test
    void reconcilesEverythingOnceFromTheViewAndGoesOnWithTheJournal() throws InterruptedException {
        long tenure = claimed();
        Request request = next();

        assertThat(held).isTrue();
        assertThat(request.tenure()).isEqualTo(TENURE);
        assertThat(request.tenureRevision()).isEqualTo(tenure);
        assertThat(request.origin().replyTo()).isNull();
        assertThat(request.origin().basis()).isEqualTo(tenure);
        assertThat(request.origin().basisEphemeral()).isNotNull();
        assertThat(request.items())
                .extracting(Item::operation)
                .containsExactly(ItemOperation.UPDATE, ItemOperation.CREATE, ItemOperation.CREATE);

        // The outcome is the transaction itself, in the journal.
        var mutations = request.items().stream()
                .map(item -> Mutation.builder()
                        .key(item.target())
                        .operation(Operation.PUT)
                        .verb("create")
                        .expect(item.expect() == null ? 0 : item.expect())
                        .schema(item.schema() == null ? 0 : item.schema())
                        .value(item.value())
                        .build())
                .toList();
        committed(request.id(), mutations);
        put(Copies.source("b", "1"), 0);

        assertThat(next().items().getFirst().target().name()).isEqualTo("b");
    }

    @Test
    void aRecordThatTheViewHasPassedChangesNothing() throws InterruptedException {
        claimed();
        next();

        records.pipeInput(new byte[] {1}, new byte[] {2});

        assertThat(requests.readValuesToList()).isEmpty();
    }

    /// The broker may show a record to the topology before the view has told of it; it must not wait for the
    /// clock then.
    @Test
    void aRecordThatTheViewHasNotToldOfYetIsWaitedFor() throws InterruptedException, ExecutionException {
        claimed();
        next();
        untold = new CompletableFuture<>();
        long offset = main.snapshot().position() + 1;
        var written = new FutureTask<>(() -> put(Copies.source("b", "1"), 0));
        Thread.ofVirtual().start(written);
        await().until(() -> main.snapshot().position() == offset);
        for (long before = 0; before < offset; before++) {
            records.pipeInput(new byte[] {1}, new byte[] {2});
        }
        Thread topology = Thread.currentThread();
        var piped = new AtomicBoolean();
        Thread teller = Thread.ofPlatform().start(() -> {
            while (topology.getState() != Thread.State.TIMED_WAITING && !piped.get()) {
                Thread.onSpinWait();
            }
            untold.complete(null);
        });

        records.pipeInput(new byte[] {1}, new byte[] {2});
        piped.set(true);
        teller.join();
        written.get();

        assertThat(requests.readValuesToList())
                .extracting(value -> Binary.decode(Request.TYPE, WireFormat.payload(value)))
                .extracting(request -> request.items().getFirst().target().name())
                .containsExactly("b");
    }
}
