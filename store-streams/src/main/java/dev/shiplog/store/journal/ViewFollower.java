package dev.shiplog.store.journal;

import static dev.shiplog.store.Invariant.invariant;

import dev.shiplog.journal.JournalRecord;
import dev.shiplog.journal.Jump;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Applied;
import dev.shiplog.store.Change;
import dev.shiplog.store.Outcome.Accepted;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.Snapshot;
import dev.shiplog.store.View;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads one journal, applies the rule and shows the state: the view of a store that a process shares.
///
/// One thread applies. It publishes a batch of records as one new state, then tells the listeners about each
/// record, so whoever hears of a record finds it in the snapshot.
public final class ViewFollower implements View, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ViewFollower.class);

    /// How many records are applied before the state is published.
    private static final int BATCH_MAX = 256;

    private static final Duration POLL_MAX = Duration.ofMillis(500);
    private static final Duration RETRY_AFTER = Duration.ofMillis(200);
    private static final int MARKS_MAX = 64;

    private final StoreName store;
    private final ReentrantLock lock = new ReentrantLock();
    private final Window window;

    /// Replaced under the lock, together with what the window holds: a listener hears each record once.
    private List<Listener> listeners = List.of();

    private final Waiters positions;
    private final Waiters revisions;
    private final Ring<HashMark> marks = new Ring<>();
    /// Marks of others at positions that are not reached yet.
    private final Ring<HashMark> ahead = new Ring<>();

    private final List<Consumer<HashMark>> markListeners = new CopyOnWriteArrayList<>();
    private volatile State state;
    private volatile @Nullable String stopped;
    private volatile boolean closed;

    /// Written by the follower's thread only.
    private volatile long bytesApplied;

    private @Nullable Thread thread;

    /// A follower that stands at a state and has not begun to move.
    public ViewFollower(StoreName store, State state) {
        this(store, state, WINDOW_MUTATIONS);
    }

    public ViewFollower(StoreName store, State state, int windowMutations) {
        this.store = store;
        this.state = state;
        window = new Window(state, windowMutations);
        positions = new Waiters(state.position());
        revisions = new Waiters(state.revision());
    }

    /// Begins to follow on a thread of its own. `onStop` hears once why, should the follower not be able to go
    /// on.
    public void start(Journal journal, Consumer<String> onStop) {
        Thread follower = new Thread(() -> run(journal, onStop), "follower-" + store.text());
        follower.setDaemon(true);
        thread = follower;
        follower.start();
    }

    private void run(Journal journal, Consumer<String> onStop) {
        try (Journal.Reader reader = journal.reader(state.position() + 1)) {
            while (!closed && stopped == null) {
                follow(reader);
            }
        } catch (InterruptedException _) {
            LOG.debug("follower of {} is interrupted", store.text());
        } catch (RevisionGone gone) {
            stop("the journal was truncated below offset " + gone.oldest() + ", before this follower was there");
        } catch (RuntimeException | AssertionError fault) {
            if (!closed) {
                LOG.error("follower of {} fails at position {}", store.text(), state.position() + 1, fault);
                stop("applying the record at offset " + (state.position() + 1) + " failed: " + fault);
            }
        }
        String why = stopped;
        if (why != null) {
            LOG.error("follower of {} stops: {}", store.text(), why);
            onStop.accept(why);
        }
    }

    private void follow(Journal.Reader reader) throws InterruptedException, RevisionGone {
        try {
            apply(reader.poll(POLL_MAX));
        } catch (JournalUnavailable away) {
            LOG.warn("journal of {} does not answer: {}", store.text(), away.getMessage());
            Thread.sleep(RETRY_AFTER);
        }
    }

    /// Applies the next records. For the one thread that drives this follower.
    public void apply(List<Journal.Stored> records) {
        for (int from = 0; from < records.size() && stopped == null; from += BATCH_MAX) {
            applyBatch(records.subList(from, Math.min(from + BATCH_MAX, records.size())));
        }
    }

    private void applyBatch(List<Journal.Stored> records) {
        List<Step.Next> steps = new ArrayList<>(records.size());
        State next = state;
        long bytes = bytesApplied;
        for (Journal.Stored stored : records) {
            bytes += stored.bytes().length;
            invariant(stored.offset() > next.position(), "offset %d after %d", stored.offset(), next.position());
            switch (Rule.apply(next, stored)) {
                case Step.Next step -> {
                    next = step.state();
                    steps.add(step);
                }
                case Step.Stop(int rule) -> {
                    publish(steps);
                    stop("the record at offset %d needs rule %d, this program knows up to %d"
                            .formatted(stored.offset(), rule, Rule.NEWEST));
                    return;
                }
            }
        }
        bytesApplied = bytes;
        publish(steps);
    }

    private void publish(List<Step.Next> steps) {
        if (steps.isEmpty()) {
            return;
        }
        State newest = steps.getLast().state();
        invariant(newest.revision() >= state.revision(), "revision %d after %d", newest.revision(), state.revision());
        List<Listener> hearing;
        lock.lock();
        try {
            steps.forEach(step -> window.add(step.state(), step.applied()));
            state = newest;
            compareWithThoseAhead();
            hearing = listeners;
        } finally {
            lock.unlock();
        }
        positions.raise(newest.position());
        revisions.raise(newest.revision());
        for (Step.Next step : steps) {
            hearing.forEach(listener -> listener.applied(step.applied()));
            if (step.state().position() % HashMark.EVERY == HashMark.EVERY - 1) {
                announce(step.state());
            }
        }
    }

    /// Tells others what a state hashes to that this follower stood at.
    public void announce(State stood) {
        var mark = new HashMark(store, stood.position(), stood.revision(), stood.hash());
        lock.lock();
        try {
            marks.add(mark);
            if (marks.size() > MARKS_MAX) {
                marks.dropFirst();
            }
        } finally {
            lock.unlock();
        }
        markListeners.forEach(listener -> listener.accept(mark));
    }

    /// Points of the recent history, oldest first.
    public List<RevisionSample> samples() {
        lock.lock();
        try {
            return window.samples();
        } finally {
            lock.unlock();
        }
    }

    /// How many bytes of journal this follower has applied since it was made.
    public long bytesApplied() {
        return bytesApplied;
    }

    /// Subscribes to the marks that this follower will pass, to tell others.
    public void onMark(Consumer<HashMark> listener) {
        markListeners.add(listener);
    }

    /// Compares with the mark of another follower; a difference stops this one. One that this follower has not reached
    /// yet is compared when it has; one that is older than all it holds proves nothing.
    public void compare(HashMark other) {
        lock.lock();
        try {
            if (other.position() > state.position()) {
                ahead.add(other);
                if (ahead.size() > MARKS_MAX) {
                    ahead.dropFirst();
                }
            } else {
                compareHere(other);
            }
        } finally {
            lock.unlock();
        }
    }

    /// With the lock held, once the position is reached.
    private void compareHere(HashMark other) {
        String mine = hashAt(other);
        if (mine != null && !mine.equals(other.hash())) {
            stop("at position %d the state hashes to %s here and to %s elsewhere"
                    .formatted(other.position(), mine, other.hash()));
        }
    }

    private @Nullable String hashAt(HashMark other) {
        for (HashMark mark : marks) {
            if (mark.position() == other.position()) {
                return mark.hash();
            }
        }
        if (other.revision() > state.revision()) {
            return "that of revision " + state.revision();
        }
        try {
            return window.at(other.revision()).hash();
        } catch (RevisionGone _) {
            return null;
        }
    }

    private void compareWithThoseAhead() {
        for (int left = ahead.size(); left > 0; left--) {
            HashMark mark = ahead.dropFirst();
            if (mark.position() > state.position()) {
                ahead.add(mark);
            } else {
                compareHere(mark);
            }
        }
    }

    private void stop(String why) {
        stopped = why;
    }

    /// Why this follower does not go on, or null.
    public @Nullable String stopped() {
        return stopped;
    }

    @Override
    public StoreName store() {
        return store;
    }

    @Override
    public Snapshot snapshot() {
        return state;
    }

    /// The newest state, with what only a checkpoint asks for.
    public State state() {
        return state;
    }

    @Override
    public Snapshot awaitPosition(long position, Duration timeout) throws InterruptedException, TimeoutException {
        positions.await(position, timeout);
        return state;
    }

    @Override
    public Snapshot awaitRevision(long revision, Duration timeout) throws InterruptedException, TimeoutException {
        revisions.await(revision, timeout);
        return state;
    }

    @Override
    public Snapshot at(long revision) throws RevisionGone {
        lock.lock();
        try {
            if (revision > state.revision()) {
                throw new IllegalArgumentException(
                        "revision %d is in the future of %d".formatted(revision, state.revision()));
            }
            return window.at(revision);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<List<Change>> changesAfter(long revision, int records) throws RevisionGone {
        List<List<Change>> after;
        lock.lock();
        try {
            after = window.changesAfter(revision, records);
        } finally {
            lock.unlock();
        }
        return after.stream().map(changes -> after(changes, revision)).toList();
    }

    @Override
    public Subscription follow(long position, Listener listener) throws RevisionGone {
        Listener later = applied -> {
            if (applied.position() > position) {
                listener.applied(applied);
            }
        };
        long next = position;
        while (true) {
            List<Applied> records;
            lock.lock();
            try {
                records = window.recordsAfter(next, BATCH_MAX);
                if (records.size() < BATCH_MAX) {
                    records.forEach(listener::applied);
                    return subscribe(later);
                }
            } finally {
                lock.unlock();
            }
            records.forEach(listener::applied);
            next = records.getLast().position();
        }
    }

    @Override
    public Subscription followChanges(long revision, ChangeListener listener) throws RevisionGone {
        Listener later = applied -> {
            if (!applied.changes().isEmpty()) {
                deliver(applied.changes(), revision, listener);
            } else if (applied.outcome() instanceof Accepted accepted && isJump(applied)) {
                listener.progressed(accepted.to());
            }
        };
        long next = revision;
        while (true) {
            List<List<Change>> missed;
            lock.lock();
            try {
                missed = window.changesAfter(next, BATCH_MAX);
                if (missed.size() < BATCH_MAX) {
                    missed.forEach(changes -> deliver(changes, revision, listener));
                    return subscribe(later);
                }
            } finally {
                lock.unlock();
            }
            missed.forEach(changes -> deliver(changes, revision, listener));
            next = missed.getLast().getLast().revision();
        }
    }

    private static boolean isJump(Applied applied) {
        JournalRecord record = applied.record();
        return record != null && record.body() instanceof Jump;
    }

    private Subscription subscribe(Listener listener) {
        List<Listener> more = new ArrayList<>(listeners);
        more.add(listener);
        listeners = List.copyOf(more);
        return () -> unsubscribe(listener);
    }

    @SuppressWarnings("ReferenceEquality") // a subscription ends its own listener, not an equal one
    private void unsubscribe(Listener listener) {
        lock.lock();
        try {
            listeners = listeners.stream().filter(other -> other != listener).toList();
        } finally {
            lock.unlock();
        }
    }

    /// Hands over those of a record's changes that come after a revision.
    private static void deliver(List<Change> changes, long revision, ChangeListener listener) {
        if (changes.getLast().revision() > revision) {
            listener.changed(after(changes, revision));
        }
    }

    /// Those of a record's changes that come after a revision, which is not past the last of them.
    private static List<Change> after(List<Change> changes, long revision) {
        long first = changes.getFirst().revision();
        return first > revision ? changes : changes.subList(Math.toIntExact(revision - first + 1), changes.size());
    }

    /// Stops following. Snapshots stay readable.
    @Override
    public void close() {
        closed = true;
        Thread follower = thread;
        if (follower != null) {
            follower.interrupt();
        }
    }
}
