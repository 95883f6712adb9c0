package dev.shiplog.store.materialise;

import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.registry.RegistryClient;
import dev.shiplog.schemas.registry.RegistryException;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.Snapshot;
import dev.shiplog.store.View;
import dev.shiplog.store.checkpoint.JournalPast;
import dev.shiplog.store.checkpoint.ReplayFollower;
import dev.shiplog.store.checkpoint.ReplayRefused;
import dev.shiplog.store.journal.HashMark;
import dev.shiplog.store.journal.Journal;
import dev.shiplog.store.journal.JournalUnavailable;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.journal.Step;
import dev.shiplog.store.kafka.KafkaCheckpointsClient;
import dev.shiplog.store.kafka.Membership;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
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

    /// So many records at once mean that there is much to do. Then the next ones wait for company: each request to the
    /// broker, and each fetch that it answers, costs as much for one record as for many.
    private static final int BUSY_FROM = 8;

    private static final Duration COMPANY_WAIT = Duration.ofMillis(4);
    private static final Duration MEMBERSHIP_EVERY = Duration.ofMillis(200);
    private static final Duration CATCH_UP_MAX = Duration.ofMinutes(10);
    private static final Duration RETRY_AFTER = Duration.ofMillis(500);

    /// How many marks may wait to be put out. One more is dropped: others compare with the next.
    private static final int MARKS_MAX = 16;

    private final StoreName store;
    private final int partitions;
    private final KafkaEndpoint endpoint;
    private final RegistryClient registry;
    private final View view;
    private final Membership membership;
    private final JournalPast past;
    private final WhileOwner whileOwner;
    private final BlockingQueue<HashMark> marks = new ArrayBlockingQueue<>(MARKS_MAX);
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

    /// @param journal to read again what the view does not hold any more
    public Materialiser(
            Journal journal,
            int partitions,
            KafkaEndpoint endpoint,
            RegistryClient registry,
            View view,
            Membership membership,
            WhileOwner whileOwner) {
        this.store = journal.store();
        this.past = new JournalPast(journal, new KafkaCheckpointsClient(endpoint, store));
        this.partitions = partitions;
        this.endpoint = endpoint;
        this.registry = registry;
        this.view = view;
        this.membership = membership;
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

    /// Puts out the hash of this process's view, for all others to compare theirs with.
    void mark(HashMark mark) {
        if (working && !marks.offer(mark)) {
            LOG.debug("{} is dropped", mark);
        }
    }

    private void run() {
        while (!closed) {
            try (OwnerClient owner = new OwnerClient(endpoint, store, membership)) {
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
            } catch (KafkaException
                    | RegistryException
                    | TimeoutException
                    | JournalUnavailable
                    | RevisionGone
                    | ReplayRefused
                    | IOException e) {
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
    private void work(OwnerClient owner)
            throws Fenced, InterruptedException, TimeoutException, JournalUnavailable, RevisionGone, ReplayRefused,
                    IOException {
        try (KafkaOutputWriter log = new KafkaOutputWriter(endpoint, store, registry);
                Duty _ = whileOwner.begin()) {
            MaterialiserCore core = new MaterialiserCore(store, partitions, log);
            Feed feed = begin(owner, core);
            committed = core.committed();
            marks.clear();
            working = true;
            follow(owner, core, feed);
        } finally {
            working = false;
        }
    }

    /// Puts out record after record, and commits when the timer or the number of mutations says so.
    private void follow(OwnerClient owner, MaterialiserCore core, Feed first)
            throws Fenced, InterruptedException, JournalUnavailable, RevisionGone, ReplayRefused, IOException {
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
                List<Feed.Arrived> next = feed.poll(wait, BATCH_MAX);
                for (Feed.Arrived arrived : next) {
                    core.accept(arrived.record());
                    onSent.accept((System.nanoTime() - arrived.nanos()) / 1e9);
                    commitAt = Math.min(commitAt, now + COMMIT_AFTER.toNanos());
                }
                if (next.size() >= BUSY_FROM) {
                    TimeUnit.NANOSECONDS.sleep(COMPANY_WAIT.toNanos());
                }
                for (HashMark mark = marks.poll(); mark != null; mark = marks.poll()) {
                    core.mark(mark);
                    commitAt = Math.min(commitAt, now + COMMIT_AFTER.toNanos());
                }
                if (System.nanoTime() >= commitAt || core.uncommitted() >= TRANSACTION_MUTATIONS_MAX) {
                    core.commit();
                    committed = core.committed();
                    commitAt = Long.MAX_VALUE;
                }
                if (feed.lost()) {
                    feed.close();
                    feed = readAgain(owner, core, core.reached());
                }
            }
            core.finish();
            committed = core.committed();
        } finally {
            feed.close();
        }
    }

    /// Finds the state at which the outputs stand, brings the outputs in line with it if they may be damaged,
    /// and subscribes to what comes after.
    private Feed begin(OwnerClient owner, MaterialiserCore core)
            throws Fenced, InterruptedException, TimeoutException, JournalUnavailable, RevisionGone, ReplayRefused,
                    IOException {
        Progress progress = core.takeOver();
        view.awaitPosition(progress.position(), CATCH_UP_MAX);
        Snapshot snapshot = stateAt(progress);
        Feed feed = snapshot == null ? null : subscription(progress.position());
        if (snapshot == null || feed == null) {
            return readAgain(owner, core, progress);
        }
        load(core, snapshot, progress);
        return feed;
    }

    private void load(MaterialiserCore core, Snapshot snapshot, Progress progress) throws Fenced, InterruptedException {
        core.load(snapshot, progress.position());
        if (!progress.clean()) {
            audit(core, snapshot);
        }
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

    /// Goes on after `progress` from the journal itself, because the view does not hold what comes next any
    /// more: no record is passed over, since somebody may wait for its outcome. Returns when the view has the
    /// rest.
    private Feed readAgain(OwnerClient owner, MaterialiserCore core, Progress progress)
            throws Fenced, InterruptedException, JournalUnavailable, RevisionGone, ReplayRefused, IOException {
        State begin = past.before(progress.position());
        if (begin == null) {
            return beginAtNewest(core, progress);
        }
        LOG.info("the outputs of {} go on at position {}, from the journal", store.text(), progress.position() + 1);
        boolean loaded = begin.position() == progress.position();
        if (loaded) {
            load(core, begin, progress);
        }
        try (ReplayFollower replay = past.from(begin)) {
            while (true) {
                if (loaded) {
                    core.commit();
                    Feed feed = subscription(core.reached().position());
                    if (feed != null) {
                        return feed;
                    }
                }
                for (Step.Next step : replay.next()) {
                    if (loaded) {
                        core.accept(step.applied());
                    } else if (step.state().position() == progress.position()) {
                        load(core, step.state(), progress);
                        loaded = true;
                    }
                }
                owner.poll(Duration.ZERO);
            }
        }
    }

    /// Neither the journal nor a checkpoint reaches back to where the outputs stand: they are older than
    /// history, and so is everybody who waits for an outcome of then.
    private Feed beginAtNewest(MaterialiserCore core, Progress progress) throws Fenced, InterruptedException {
        Feed feed = null;
        while (feed == null) {
            Snapshot newest = view.snapshot();
            feed = subscription(newest.position());
            if (feed != null) {
                LOG.warn(
                        "the outputs of {} stood at revision {}, before the journal's start; they are brought in line with {}",
                        store.text(),
                        progress.revision(),
                        newest.revision());
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
