package dev.shiplog.store.reconcile;

import dev.shiplog.journal.Key;
import dev.shiplog.journal.Request;
import dev.shiplog.schemas.Keys;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Entry;
import dev.shiplog.store.kafka.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The topology of namespace-local controllers over `objects`: a read-only table per partition, and behind it a desk
/// that sends requests. All deciding is the desk's.
///
/// The table has the source topic for its changelog and needs no other. It is indexed while it is restored. It keeps
/// only what the reconcilers read, and nothing of the ephemeral store.
final class NamespaceTopology {
    private static final Logger LOG = LoggerFactory.getLogger(NamespaceTopology.class);
    private static final String TABLE = "objects-table";
    private static final String SOURCE = "objects";
    private static final String UPDATE = "update";
    private static final String DECIDE = "decide";

    /// What a topology is made of.
    ///
    /// @param wanted the keys that the tables keep
    /// @param duty makes the desk of a partition
    /// @param held told whether a partition's tenure is seen to be claimed; a closed task's entry is removed
    record Parts(
            ObjectRecords records,
            ObjectCache cache,
            Predicate<Key> wanted,
            Function<Envelope, Duty> duty,
            String controller,
            Map<Integer, Boolean> held,
            IntSupplier requestSchema) {}

    private NamespaceTopology() {}

    static Topology build(Parts parts) {
        var topology = new Topology();
        topology.addReadOnlyStateStore(
                new StreamsHost.UnloggedStore<>(TABLE, () -> new Table(parts)),
                SOURCE,
                new StringDeserializer(),
                new ByteArrayDeserializer(),
                Topics.OBJECTS,
                UPDATE,
                Update::new);
        topology.addProcessor(DECIDE, () -> new Decide(parts), SOURCE);
        topology.connectProcessorAndStateStores(DECIDE, TABLE);
        RequestWriter.addSink(topology, DECIDE, parts.requestSchema);
        return topology;
    }

    /// The tables of one partition as a Streams store.
    private static final class Table implements StateStore {
        private final Parts parts;
        private final ArrayDeque<Changed> changes = new ArrayDeque<>();
        private LiveTables tables;
        private boolean open;

        Table(Parts parts) {
            this.parts = parts;
            this.tables = new LiveTables(parts.cache, Instant.now());
        }

        @Override
        public String name() {
            return TABLE;
        }

        @Override
        public void init(StateStoreContext context, StateStore root) {
            tables = new LiveTables(parts.cache, Instant.now());
            open = true;
            context.register(root, (key, value) -> update(new String(key, StandardCharsets.UTF_8), value, _ -> null));
        }

        /// Takes a record. Restored ones have no headers: their revision is in the object, and a deletion takes
        /// what is there.
        private void update(String text, byte @Nullable [] value, Function<String, @Nullable String> headers) {
            Key key = Keys.parse(text);
            long revision = ObjectRecords.revision(headers);
            StoreName store = ObjectRecords.store(headers);
            if (store == StoreName.EPHEMERAL || ObjectRecords.isOutcome(key)) {
                return;
            }
            tables.reached(StoreName.MAIN, revision);
            @Nullable Changed change;
            if (Keys.isInternal(key)) {
                change = new Changed(key, revision, ObjectRecords.transaction(headers), null, null);
            } else if (!parts.wanted.test(key)) {
                return;
            } else if (value != null) {
                Entry entry = parts.records.entry(key, value, revision == 0 ? null : revision);
                change = tables.put(StoreName.MAIN, entry, ObjectRecords.transaction(headers), null);
            } else {
                change = revision == 0
                        ? tables.restoreDeletion(key)
                        : tables.delete(StoreName.MAIN, key, revision, ObjectRecords.transaction(headers));
            }
            if (change != null && revision > 0) {
                changes.add(change);
            }
        }

        @Override
        public void close() {
            open = false;
        }

        @Override
        public boolean persistent() {
            return false;
        }

        @Override
        public boolean isOpen() {
            return open;
        }
    }

    /// Keeps the table up to date; it runs before the desk sees the same record.
    private static final class Update implements Processor<String, byte[], Void, Void> {
        private @Nullable Table table;

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            table = context.getStateStore(TABLE);
        }

        @Override
        public void process(Record<String, byte[]> record) {
            if (table != null && record.key() != null) {
                table.update(record.key(), record.value(), name -> header(record.headers(), name));
            }
        }
    }

    private static final class Decide implements Processor<String, byte[], String, Request> {
        private final Parts parts;
        private @Nullable ProcessorContext<String, Request> context;
        private @Nullable Table table;
        private @Nullable Duty duty;
        private int partition;

        Decide(Parts parts) {
            this.parts = parts;
        }

        @Override
        public void init(ProcessorContext<String, Request> given) {
            context = given;
            table = given.getStateStore(TABLE);
            partition = given.taskId().partition();
            Key tenure = Keys.tenure(parts.controller, partition);
            var envelope = new Envelope(tenure, UUID.randomUUID(), partition, Envelope.Basis.MAIN_ONLY);
            duty = parts.duty.apply(envelope);
            table.changes.clear();
            var everything = table.tables.everything();
            LOG.debug("{} begins with {} objects", tenure.name(), everything.size());
            duty.begin(everything, table.tables);
            // The first step waits for the first tick: sinks are initialised after the processors before them.
            given.schedule(StreamsHost.TICK, PunctuationType.WALL_CLOCK_TIME, _ -> step());
        }

        @Override
        public void process(Record<String, byte[]> record) {
            if (table == null || duty == null || record.key() == null) {
                return;
            }
            for (@Nullable Changed change = table.changes.poll(); change != null; change = table.changes.poll()) {
                duty.changed(change, table.tables);
            }
            Key key = Keys.parse(record.key());
            if (ObjectRecords.isOutcome(key)) {
                @Nullable Answer answer = ObjectRecords.answer(key, name -> header(record.headers(), name));
                if (answer != null) {
                    duty.answered(answer, Instant.now());
                }
            }
            step();
        }

        private void step() {
            if (duty == null || table == null || context == null) {
                return;
            }
            do {
                Instant now = Instant.now();
                for (Request request : duty.step(now, table.tables)) {
                    context.forward(new Record<>(RequestWriter.key(request), request, now.toEpochMilli()));
                }
            } while (duty.pressing());
            parts.held.put(partition, duty.ready());
        }

        @Override
        public void close() {
            parts.held.remove(partition);
        }
    }

    private static @Nullable String header(Headers headers, String name) {
        @Nullable Header header = headers.lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
