package dev.shiplog.store.reconcile;

import dev.shiplog.journal.JournalRecord;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Refused;
import dev.shiplog.journal.Request;
import dev.shiplog.journal.Transaction;
import dev.shiplog.schemas.Keys;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Applied;
import dev.shiplog.store.Change;
import dev.shiplog.store.Entry;
import dev.shiplog.store.Outcome;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.Snapshot;
import dev.shiplog.store.View;
import dev.shiplog.store.Views;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// The topology of a cluster-wide component over `journal`. Its one partition decides who is at work; the state
/// is the process's own hot views, one exact cut of everything. Records that the views have passed are skipped;
/// what a record changed is read from the view, once it has it.
final class ClusterTopology {
    private static final String STATE = "views";
    private static final String SOURCE = "journal";
    private static final String DECIDE = "decide";
    private static final Duration VIEW_PATIENCE = Duration.ofSeconds(30);

    /// Records that views may be ahead of the task; more of them, and it begins anew from the views.
    static final int AHEAD_MAX = 100_000;

    /// What a topology is made of.
    ///
    /// @param wanted the keys that the tables keep
    /// @param held whether this process is at work and sees its claim
    record Parts(
            Views views,
            ObjectCache cache,
            Predicate<Key> wanted,
            Function<Envelope, Duty> duty,
            String controller,
            AtomicBoolean idle,
            AtomicBoolean held,
            IntSupplier requestSchema) {}

    private record Ahead(StoreName store, Applied applied) {}

    private ClusterTopology() {}

    static Topology build(Parts parts) {
        var topology = new Topology();
        topology.addSource(
                AutoOffsetReset.latest(),
                SOURCE,
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                StoreName.MAIN.journalTopic());
        topology.addProcessor(DECIDE, () -> new Decide(parts), SOURCE);
        topology.addStateStore(new StreamsHost.UnloggedStore<>(STATE, State::new), DECIDE);
        RequestWriter.addSink(topology, DECIDE, parts.requestSchema);
        return topology;
    }

    /// The views as a Streams store: nothing to write, nothing to restore.
    private static final class State implements StateStore {
        private boolean open;

        @Override
        public String name() {
            return STATE;
        }

        @Override
        public void init(StateStoreContext context, StateStore root) {
            open = true;
            context.register(root, (_, _) -> {});
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

    private static final class Decide implements Processor<byte[], byte[], String, Request> {
        private final Parts parts;
        private final BlockingQueue<Ahead> queue = new LinkedBlockingQueue<>(AHEAD_MAX);
        private final Map<StoreName, View.Subscription> subscriptions = new EnumMap<>(StoreName.class);
        private LiveTables tables;
        private @Nullable Duty duty;
        private @Nullable ProcessorContext<String, Request> context;
        private long position = -1;
        private volatile boolean cutOff;

        Decide(Parts parts) {
            this.parts = parts;
            this.tables = new LiveTables(parts.cache, Instant.now());
        }

        @Override
        public void init(ProcessorContext<String, Request> given) {
            context = given;
            parts.idle.set(false);
            tables = new LiveTables(parts.cache, Instant.now());
            for (StoreName store : StoreName.values()) {
                load(store);
            }
            Key tenure = Keys.tenure(parts.controller, given.taskId().partition());
            var envelope = new Envelope(tenure, UUID.randomUUID(), null, Envelope.Basis.BOTH_STORES);
            duty = parts.duty.apply(envelope);
            duty.begin(tables.everything(), tables);
            // The first step waits for the first tick: sinks are initialised after the processors before them.
            given.schedule(StreamsHost.TICK, PunctuationType.WALL_CLOCK_TIME, _ -> step());
        }

        private void load(StoreName store) {
            View view = parts.views.of(store);
            Snapshot snapshot = view.snapshot();
            for (Entry entry : snapshot.all()) {
                if (!Keys.isInternal(entry.key()) && parts.wanted.test(entry.key())) {
                    tables.put(store, entry, Changed.START, null);
                }
            }
            tables.reached(store, snapshot.revision());
            if (store == StoreName.MAIN) {
                position = snapshot.position();
            }
            try {
                subscriptions.put(store, view.follow(snapshot.position(), applied -> ahead(store, applied)));
            } catch (RevisionGone e) {
                throw new IllegalStateException("the view moved on while its snapshot was read; begin again", e);
            }
        }

        /// On the view's thread. A task that is too far behind is cut off, and then begins again.
        private void ahead(StoreName store, Applied applied) {
            if (!queue.offer(new Ahead(store, applied))) {
                cutOff = true;
            }
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            long offset = context == null
                    ? -1
                    : context.recordMetadata()
                            .map(metadata -> metadata.offset())
                            .orElse(-1L);
            if (offset > position && duty != null) {
                try {
                    takeUntil(offset, duty);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
                step();
            }
        }

        /// Waits until the view tells of the record at an offset: the broker may show it here first.
        private void takeUntil(long offset, Duty now) throws InterruptedException {
            long giveUpAt = System.nanoTime() + VIEW_PATIENCE.toNanos();
            while (position < offset) {
                @Nullable Ahead next = queue.poll(giveUpAt - System.nanoTime(), TimeUnit.NANOSECONDS);
                goOnUnlessCutOff();
                if (next == null) {
                    throw new IllegalStateException("the view does not reach offset " + offset + " of the journal");
                }
                take(next, now);
            }
        }

        private void goOnUnlessCutOff() {
            if (cutOff) {
                throw new IllegalStateException("the views are more than " + AHEAD_MAX + " records ahead; begin again");
            }
        }

        private void step() {
            if (duty == null || context == null) {
                return;
            }
            for (@Nullable Ahead next = queue.poll(); next != null; next = queue.poll()) {
                take(next, duty);
            }
            goOnUnlessCutOff();
            do {
                Instant now = Instant.now();
                for (Request request : duty.step(now, tables)) {
                    context.forward(new Record<>(RequestWriter.key(request), request, now.toEpochMilli()));
                }
            } while (duty.pressing());
            parts.held.set(duty.ready());
        }

        private void take(Ahead ahead, Duty now) {
            Applied applied = ahead.applied;
            if (ahead.store == StoreName.MAIN) {
                position = applied.position();
            }
            tables.passed(ahead.store, applied.stamp());
            for (Change change : applied.changes()) {
                @Nullable Changed changed = changed(ahead.store, change);
                if (changed != null) {
                    now.changed(changed, tables);
                }
            }
            @Nullable Answer answer = answer(applied);
            if (answer != null) {
                now.answered(answer, Instant.now());
            }
        }

        private @Nullable Changed changed(StoreName store, Change change) {
            tables.reached(store, change.revision());
            if (Keys.isInternal(change.key())) {
                return new Changed(change.key(), change.revision(), change.transaction(), null, null);
            }
            if (!parts.wanted.test(change.key())) {
                return null;
            }
            @Nullable Entry entry = change.now();
            return entry == null
                    ? tables.delete(store, change.key(), change.revision(), change.transaction())
                    : tables.put(store, entry, change.transaction(), change.time());
        }

        @Override
        public void close() {
            subscriptions.values().forEach(View.Subscription::close);
            subscriptions.clear();
            queue.clear();
            parts.held.set(false);
            parts.idle.set(true);
        }
    }

    /// What a journal record answers; null when it is no attempt that was judged.
    static @Nullable Answer answer(Applied applied) {
        @Nullable JournalRecord record = applied.record();
        return switch (record == null ? null : record.body()) {
            case Transaction transaction ->
                switch (applied.outcome()) {
                    case Outcome.Accepted accepted -> new Answer.Accepted(transaction.id(), accepted.to());
                    case Outcome.Rejected rejected ->
                        rejected.reason() == Outcome.Reason.CONFLICT
                                ? new Answer.Conflict(transaction.id(), rejected.key(), rejected.revision())
                                : null;
                };
            case Refused refused ->
                applied.outcome() instanceof Outcome.Accepted
                        ? Answer.ofRefusal(refused.id(), refused.code(), refused.reason(), refused.message())
                        : null;
            case null, default -> null;
        };
    }
}
