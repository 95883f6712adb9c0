package dev.shiplog.store.materialise;

import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.registry.RegistryClient;
import dev.shiplog.schemas.registry.RegistryException;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.Snapshot;
import dev.shiplog.store.View;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleConsumer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes one store's outputs while this process is their owner, on a thread of its own.
///
/// Everything is sent at once, and made final by a timer: readers that take uncommitted records see an output
/// within a millisecond, and Kafka's transactions cost little because there are few.
public final class Materialiser implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Materialiser.class);

    /// How long a sent output may wait to become final.
    static final Duration COMMIT_AFTER = Duration.ofMillis(75);

    /// How many mutations a transaction may have before it is committed.
    static final long TRANSACTION_MUTATIONS_MAX = 10_000;

    private static final int BATCH_MAX = 512;
    private static final Duration MEMBERSHIP_EVERY = Duration.ofMillis(200);
    private static final Duration CATCH_UP_MAX = Duration.ofMinutes(10);
    private static final Duration RETRY_AFTER = Duration.ofMillis(500);

    private final StoreName store;
    private final int partitions;
    private final KafkaEndpoint endpoint;
    private final RegistryClient registry;
    private final View view;
    private final WhileOwner whileOwner;
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean working;
    private volatile Progress committed = Progress.NONE;
    private volatile DoubleConsumer onSent = _ -> {};

    /// What else the owner does, from when it takes over until it stops.
    public interface WhileOwner {
        Duty begin();
    }

    /// Something that goes on until it is closed.
    public interface Duty extends AutoCloseable {
        @Override
        void close();
    }

    public Materialiser(
            StoreName store,
            int partitions,
            KafkaEndpoint endpoint,
            RegistryClient registry,
            View view,
            WhileOwner whileOwner) {
        this.store = store;
        this.partitions = partitions;
        this.endpoint = endpoint;
        this.registry = registry;
        this.view = view;
        this.whileOwner = whileOwner;
        this.thread = Thread.ofPlatform()
                .name("materialiser-" + store.text())
                .daemon()
                .unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /// Tells how many seconds passed between the application of each record and the sending of its outputs.
    void onSent(DoubleConsumer seconds) {
        onSent = seconds;
    }

    /// Whether this process writes the outputs now.
    public boolean working() {
        return working;
    }

    /// How far the outputs are final, as far as this process knows.
    public Progress committed() {
        return committed;
    }

    /// How many journal records the view has and the outputs do not. Only the owner knows.
    public long lag() {
        return Math.max(0, view.snapshot().position() - committed.position());
    }

    private void run() {
        while (!closed) {
            try (OwnerClient owner = new OwnerClient(endpoint, store)) {
                while (!closed) {
                    if (owner.poll(MEMBERSHIP_EVERY)) {
                        work(owner);
                    }
                }
            } catch (Fenced e) {
                LOG.info("the materialiser of {} was taken over from", store.text());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (KafkaException | RegistryException | TimeoutException e) {
                LOG.warn("the materialiser of {} starts again: {}", store.text(), e.toString());
            } catch (RuntimeException | AssertionError e) {
                LOG.error("the materialiser of {} failed and starts again", store.text(), e);
            } finally {
                working = false;
            }
            pause();
        }
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(closed ? 0 : RETRY_AFTER.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Takes over and writes until this process is no longer the owner.
    private void work(OwnerClient owner) throws Fenced, InterruptedException, TimeoutException {
        try (KafkaOutputWriter log = new KafkaOutputWriter(endpoint, store, registry);
                Duty _ = whileOwner.begin()) {
            MaterialiserCore core = new MaterialiserCore(store, partitions, log);
            Feed feed = begin(core);
            committed = core.committed();
            working = true;
            follow(owner, core, feed);
        } finally {
            working = false;
        }
    }

    /// Puts out record after record, and commits when the timer or the number of mutations says so.
    private void follow(OwnerClient owner, MaterialiserCore core, Feed first) throws Fenced, InterruptedException {
        Feed feed = first;
        try {
            long memberAt = System.nanoTime();
            long commitAt = Long.MAX_VALUE;
            while (!closed) {
                long now = System.nanoTime();
                if (now >= memberAt) {
                    memberAt = now + MEMBERSHIP_EVERY.toNanos();
                    if (!owner.poll(Duration.ZERO)) {
                        core.commit();
                        return;
                    }
                }
                Duration wait = Duration.ofNanos(Math.min(memberAt, commitAt) - now);
                for (Feed.Arrived arrived : feed.poll(wait, BATCH_MAX)) {
                    core.accept(arrived.record());
                    onSent.accept((System.nanoTime() - arrived.nanos()) / 1e9);
                    commitAt = Math.min(commitAt, now + COMMIT_AFTER.toNanos());
                }
                if (System.nanoTime() >= commitAt || core.uncommitted() >= TRANSACTION_MUTATIONS_MAX) {
                    core.commit();
                    committed = core.committed();
                    commitAt = Long.MAX_VALUE;
                }
                if (feed.lost()) {
                    feed.close();
                    feed = subscribe(core, core.reached());
                }
            }
            core.finish();
            committed = core.committed();
        } finally {
            feed.close();
        }
    }

    /// Finds the state at which the outputs stand, brings the outputs in line with it if they may be damaged, and
    /// subscribes to what comes after.
    private Feed begin(MaterialiserCore core) throws Fenced, InterruptedException, TimeoutException {
        Progress progress = core.takeOver();
        view.awaitPosition(progress.position(), CATCH_UP_MAX);
        Snapshot snapshot = stateAt(progress);
        Feed feed;
        if (snapshot != null && (feed = subscription(progress.position())) != null) {
            core.load(snapshot, progress.position());
            if (!progress.clean()) {
                audit(core, snapshot);
            }
            return feed;
        }
        return subscribe(core, progress);
    }

    private @Nullable Snapshot stateAt(Progress progress) {
        try {
            return view.at(progress.revision());
        } catch (RevisionGone e) {
            return null;
        }
    }

    private @Nullable Feed subscription(long position) {
        Feed feed = new Feed();
        try {
            feed.subscribed(view.follow(position, feed));
            return feed;
        } catch (RevisionGone e) {
            return null;
        }
    }

    /// Goes on after `progress`; when the view no longer has what comes next, brings the outputs in line with the
    /// newest state and goes on from there.
    private Feed subscribe(MaterialiserCore core, Progress progress) throws Fenced, InterruptedException {
        Feed feed = progress.position() < 0 ? null : subscription(progress.position());
        while (feed == null) {
            Snapshot newest = view.snapshot();
            feed = subscription(newest.position());
            if (feed != null) {
                LOG.info("the outputs of {} are brought in line with revision {}", store.text(), newest.revision());
                core.load(newest, newest.position());
                audit(core, newest);
            }
        }
        return feed;
    }

    private void audit(MaterialiserCore core, Snapshot snapshot) throws Fenced, InterruptedException {
        long begun = System.nanoTime();
        int wanting = core.audit(snapshot, new OutputsClient(endpoint, store).last());
        core.commit();
        LOG.info(
                "audit of the outputs of {} at revision {}: {} records were wanting, {} ms",
                store.text(),
                snapshot.revision(),
                wanting,
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
    }

    /// Commits what was sent and leaves the group, so that another takes over at once.
    @Override
    public void close() {
        closed = true;
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread.interrupt();
    }
}
