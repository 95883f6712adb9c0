package dev.shiplog.store.journal;

import dev.shiplog.journal.Body;
import dev.shiplog.journal.Condition;
import dev.shiplog.journal.Guard;
import dev.shiplog.journal.JournalRecord;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Mutation;
import dev.shiplog.journal.Noop;
import dev.shiplog.journal.Open;
import dev.shiplog.journal.Operation;
import dev.shiplog.journal.Origin;
import dev.shiplog.journal.Refused;
import dev.shiplog.journal.Transaction;
import dev.shiplog.schemas.Keys;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Appender;
import dev.shiplog.store.Applied;
import dev.shiplog.store.Result;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.Snapshot;
import dev.shiplog.store.TransactionDraft;
import dev.shiplog.store.View;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The appender over a [Journal].
///
/// There is no thread of its own: whoever holds the lock is the appender for that moment, gives the next
/// sequence number and hands the record to the journal. So an append costs no hop between threads on its way
/// out, and the simulator can drive this very class step by step. Records are encoded before the lock and
/// answered without it.
public final class JournalAppender implements Appender {
    private static final int BYTES_UNIT = 1_024;
    private static final int LOOKS_PER_PATIENCE = 16;
    private static final String TRANSACTION_BYTES =
            "a transaction has at most " + TransactionDraft.BYTES_MAX + " bytes";

    private final Journal journal;
    private final Journal.Writer writer;
    private final View view;
    private final AppenderSettings settings;
    private final AppenderSeams seams;
    private final AppendMeter meter;
    private final Envelope open;
    private final Envelope noop = Envelope.of(Noop.EMPTY);
    private final SharedLookup lookup;
    private final Semaphore places = new Semaphore(PENDING_MAX);
    private final Semaphore room = new Semaphore(Math.toIntExact(PENDING_BYTES_MAX / BYTES_UNIT));

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<UUID, AppendSession> sessions = new ConcurrentHashMap<>();
    private final Queue<Pending> waiting = new ArrayDeque<>();
    private final SessionOwner owner = new SessionOwner();
    private final Set<Pending> awaited = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean watching = new AtomicBoolean();
    private final Thread watcher = Thread.ofVirtual().unstarted(this::watchPatience);
    private @Nullable AppendSession session;
    private boolean closed;
    private View.@Nullable Subscription following;

    private JournalAppender(
            Journal journal, View view, AppenderSettings settings, AppenderSeams seams, AppendMeter meter) {
        this.journal = journal;
        this.view = view;
        this.settings = settings;
        this.seams = seams;
        this.meter = meter;
        writer = journal.writer();
        lookup = new SharedLookup(journal);
        open = Envelope.of(new Open(settings.instance(), Rule.NEWEST));
    }

    /// An appender that hears of outcomes from a view of the same journal.
    public static JournalAppender over(Journal journal, View view, AppenderSettings settings, AppenderSeams seams) {
        return over(journal, view, settings, seams, AppendMeter.NONE);
    }

    /// The same, and it reports how long things take.
    public static JournalAppender over(
            Journal journal, View view, AppenderSettings settings, AppenderSeams seams, AppendMeter meter) {
        var appender = new JournalAppender(journal, view, settings, seams, meter);
        try {
            appender.following = view.follow(view.snapshot().position(), appender::applied);
        } catch (RevisionGone gone) {
            throw new AssertionError("a view holds the records after its own position", gone);
        }
        return appender;
    }

    @Override
    public StoreName store() {
        return journal.store();
    }

    @Override
    public Result append(TransactionDraft draft) throws InterruptedException {
        for (long schema : missingSchemas(draft)) {
            Result result = await(submit(schemaTransaction(schema)));
            if (!(result instanceof Result.Committed || result instanceof Result.Conflict)) {
                return result;
            }
        }
        return await(submit(draft));
    }

    @Override
    public Result append(Refused refused) throws InterruptedException {
        return await(submitBody(refused));
    }

    /// Appends a record that is about the journal itself: an Identity, a Jump, an Activate.
    public Result appendControl(Body control) throws InterruptedException {
        return await(submitControl(control));
    }

    /// As [#appendControl], without waiting.
    public Pending submitControl(Body control) {
        return submitBody(control);
    }

    /// As [#append(TransactionDraft)], without waiting, and with all schemas committed already.
    public Pending submit(TransactionDraft draft) {
        String limit = exceeded(draft);
        if (limit != null) {
            return refused(noop, new Result.TooLarge(limit));
        }
        if (!WellFormed.holds(draft.guards(), draft.mutations())) {
            throw new IllegalArgumentException("transaction " + draft.id() + " is not well formed");
        }
        return submitBody(new Transaction(draft.id(), draft.origin(), guarded(draft), draft.mutations()));
    }

    private static @Nullable String exceeded(TransactionDraft draft) {
        if (draft.mutations().size() > TransactionDraft.MUTATIONS_MAX) {
            return "a transaction has at most " + TransactionDraft.MUTATIONS_MAX + " mutations";
        }
        long bytes = 0;
        for (Mutation mutation : draft.mutations()) {
            byte[] value = mutation.value();
            int length = value == null ? 0 : value.length;
            if (length > TransactionDraft.VALUE_BYTES_MAX) {
                return "a value has at most " + TransactionDraft.VALUE_BYTES_MAX + " bytes";
            }
            bytes += length;
        }
        return bytes > TransactionDraft.BYTES_MAX ? TRANSACTION_BYTES : null;
    }

    private Pending submitBody(Body body) {
        var envelope = Envelope.of(body);
        if (envelope.length() > TransactionDraft.BYTES_MAX) {
            return refused(envelope, new Result.TooLarge(TRANSACTION_BYTES));
        }
        String full = seams.space().full();
        if (full != null) {
            return refused(envelope, new Result.NoSpace(full));
        }
        int units = envelope.length() / BYTES_UNIT + 1;
        if (!places.tryAcquire()) {
            return refused(envelope, new Result.Overloaded(PENDING_MAX + " appends wait already"));
        }
        if (!room.tryAcquire(units)) {
            places.release();
            return refused(envelope, new Result.Overloaded(PENDING_BYTES_MAX + " bytes wait already"));
        }
        long since = System.nanoTime();
        var pending = new Pending(envelope, Thread.currentThread(), () -> {
            places.release();
            room.release(units);
            meter.answered(System.nanoTime() - since);
        });
        owner.locked(() -> dispatch(pending));
        return pending;
    }

    private static Pending refused(Envelope envelope, Result result) {
        var pending = new Pending(envelope, Thread.currentThread(), () -> {});
        pending.answer(result);
        return pending;
    }

    /// Sends it, or keeps it until the session is open. Lock held.
    private void dispatch(Pending pending) {
        if (closed) {
            pending.answer(new Result.Unavailable("this instance is closing"));
            return;
        }
        AppendSession current = session;
        if (current == null) {
            waiting.add(pending);
            openSession();
        } else if (current.inDoubt()) {
            pending.answer(new Result.Unavailable("the journal does not answer"));
        } else if (current.isOpen()) {
            current.send(pending);
        } else {
            waiting.add(pending);
        }
    }

    private void openSession() {
        var opening = new AppendSession(seams.writerIds().get(), writer, owner, noop, meter);
        session = opening;
        sessions.put(opening.writer(), opening);
        opening.open(open);
    }

    private void applied(Applied applied) {
        JournalRecord record = applied.record();
        if (record == null) {
            return;
        }
        AppendSession own = sessions.get(record.writer());
        if (own != null) {
            own.applied(record.sequence(), applied);
        }
    }

    private Result await(Pending pending) throws InterruptedException {
        Result known = pending.result();
        if (known != null) {
            return known;
        }
        awaited.add(pending);
        try {
            startWatching();
            return pending.await();
        } finally {
            awaited.remove(pending);
        }
    }

    private void startWatching() {
        if (watching.compareAndSet(false, true)) {
            watcher.start();
        }
    }

    /// Looks every now and then for callers who have waited too long.
    private void watchPatience() {
        try {
            while (true) {
                Thread.sleep(settings.patience().dividedBy(LOOKS_PER_PATIENCE));
                awaited.stream()
                        .filter(pending -> pending.isOlderThan(settings.patience()))
                        .forEach(this::giveUp);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// What was not sent yet is not done for certain.
    private void giveUp(Pending pending) {
        owner.locked(() -> pending.answer(
                waiting.remove(pending)
                        ? new Result.Unavailable("the journal does not answer")
                        : new Result.Unknown("no outcome within " + settings.patience())));
    }

    private List<Long> missingSchemas(TransactionDraft draft) {
        Snapshot snapshot = view.snapshot();
        return schemas(draft).stream()
                .filter(schema -> snapshot.get(Keys.schema(schema)) == null)
                .toList();
    }

    /// The draft's guards, and that each schema it uses is there.
    private static List<Guard> guarded(TransactionDraft draft) {
        List<Guard> guards = new ArrayList<>(draft.guards());
        for (long schema : schemas(draft)) {
            guards.add(new Guard(Keys.schema(schema), Condition.PRESENT, 0));
        }
        return guards;
    }

    /// The schemas of all values, each once.
    private static Set<Long> schemas(TransactionDraft draft) {
        Set<Long> schemas = new LinkedHashSet<>();
        for (Mutation mutation : draft.mutations()) {
            if (mutation.schema() != 0) {
                schemas.add(mutation.schema());
            }
        }
        return schemas;
    }

    private TransactionDraft schemaTransaction(long schema) {
        Key key = Keys.schema(schema);
        Origin origin = Origin.builder()
                .actor("system:shiplog")
                .component(settings.instance())
                .verb("create")
                .decidedAt(view.snapshot().time())
                .build();
        Mutation mutation = Mutation.builder()
                .key(key)
                .operation(Operation.PUT)
                .verb("create")
                .value(seams.schemas().text(schema).getBytes(StandardCharsets.UTF_8))
                .build();
        return new TransactionDraft(seams.writerIds().get(), origin, List.of(), List.of(mutation));
    }

    @Override
    public Snapshot latest(Duration timeout) throws InterruptedException, TimeoutException {
        try {
            return view.awaitPosition(lookup.end() - 1, timeout);
        } catch (JournalUnavailable away) {
            var late = new TimeoutException("the journal does not answer: " + away.getMessage());
            late.initCause(away);
            throw late;
        }
    }

    @Override
    public void close() {
        View.Subscription subscription = following;
        if (subscription != null) {
            subscription.close();
        }
        watcher.interrupt();
        owner.locked(() -> {
            closed = true;
            waiting.forEach(pending -> pending.answer(new Result.Unavailable("this instance is closing")));
            waiting.clear();
            sessions.values().forEach(AppendSession::abandon);
        });
        writer.close();
    }

    /// What a session may do to its appender.
    private final class SessionOwner implements AppendSession.Owner {

        @Override
        public void locked(Runnable task) {
            lock.lock();
            try {
                task.run();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void opened(AppendSession opened) {
            for (int left = waiting.size(); left > 0; left--) {
                dispatch(waiting.remove());
            }
        }

        @Override
        public void openFailed(AppendSession failed, String reason) {
            ended(failed);
            waiting.forEach(pending -> pending.answer(new Result.Unavailable(reason)));
            waiting.clear();
        }

        @Override
        public void ended(AppendSession ended) {
            if (session == ended) {
                session = null;
            }
            sessions.values().removeIf(AppendSession::isSpent);
        }

        @Override
        public void again(Pending pending) {
            if (pending.result() == null) {
                dispatch(pending);
            }
        }

        @Override
        public void later(Runnable task) {
            seams.later().run(settings.retryAfter(), task);
        }
    }
}
