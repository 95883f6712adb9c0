package dev.shiplog.api.resource;

import dev.shiplog.api.admission.ApiObject;
import dev.shiplog.api.admission.Circumstances;
import dev.shiplog.api.admission.Draft;
import dev.shiplog.api.admission.SoonException;
import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.journal.Guard;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Mutation;
import dev.shiplog.schemas.Codec;
import dev.shiplog.schemas.Keys;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Appender;
import dev.shiplog.store.Result;
import dev.shiplog.store.Snapshot;
import dev.shiplog.store.TransactionDraft;
import dev.shiplog.store.View;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Carries writes into the journal: plans from a snapshot, appends, and plans afresh when somebody was faster.
///
/// A plan is made from the own view, which may lag behind other instances. So a refusal counts only when it was made
/// from a state that is as new as the request.
public final class Writes {
    /// How often one write is decided, when the same object changes in between.
    static final int EVALUATIONS_MAX = 8;
    /// How often one write is decided, when others took the address that it chose.
    static final int ALLOCATIONS_MAX = 64;
    /// How long a write waits for what a controller is about to make.
    static final Duration SOON_MAX = Duration.ofSeconds(2);

    private static final Duration SOON_STEP = Duration.ofMillis(50);
    private static final int RETRY_AFTER_SECONDS = 1;

    private final Stores stores;
    private final Planner planner;
    private final Codec codec;
    private final InstantSource clock;
    private final RandomGenerator random;

    Writes(Stores stores, Planner planner, Codec codec, InstantSource clock, RandomGenerator random) {
        this.stores = stores;
        this.planner = planner;
        this.codec = codec;
        this.clock = clock;
        this.random = random;
    }

    /// Writes one object.
    ///
    /// @throws StatusException when it is refused, or cannot be done
    Written.One write(Intent intent, Author author, Mode mode, Instant deadline) throws InterruptedException {
        StoreName store = storeOf(intent);
        int conflicts = 0;
        int collisions = 0;
        @Nullable Snapshot from = null;
        while (true) {
            Plan plan = plan(store, from, author, deadline, List.of(intent));
            Written.One planned = plan.written().only();
            if (mode == Mode.DRY_RUN || plan.draft().empty()) {
                return planned;
            }
            Draft draft = plan.draft();
            Result result = stores.appender(store)
                    .append(new TransactionDraft(
                            plan.circumstances().uuid(), author.origin(), draft.guards(), draft.mutations()));
            switch (result) {
                case Result.Committed committed -> {
                    return plan.written(committed.from()).only();
                }
                case Result.Conflict conflict -> {
                    boolean collision = Keys.isInternal(conflict.key());
                    conflicts += collision ? 0 : 1;
                    collisions += collision ? 1 : 0;
                    if (conflicts >= EVALUATIONS_MAX || collisions >= ALLOCATIONS_MAX) {
                        Key key = planned.key();
                        throw new StatusException(ApiStatus.conflict(key.group(), key.resource(), key.name()));
                    }
                    // the own record is in the view, so everything before it is
                    from = stores.view(store).snapshot();
                }
                default -> throw new StatusException(statusOf(result));
            }
        }
    }

    /// Creates an object unless one of its name is there.
    ///
    /// @return whether it was created
    public boolean createIfAbsent(ApiObject object, Author author, Instant deadline) throws InterruptedException {
        try {
            write(new Intent.Create(object.kind(), object.meta().namespace(), object), author, Mode.COMMIT, deadline);
            return true;
        } catch (StatusException refused) {
            if (refused.status().reason().equals("AlreadyExists")) {
                return false;
            }
            throw refused;
        }
    }

    /// Creates an object, or puts it in the place of the one of its name.
    public void put(ApiObject object, Author author, Instant deadline) throws InterruptedException {
        if (!createIfAbsent(object, author, deadline)) {
            write(new Intent.Update(object.kind(), object.key(), "", object, null), author, Mode.COMMIT, deadline);
        }
    }

    /// What several intents come to together, ready to be appended.
    public record Transaction(List<Guard> guards, List<Mutation> mutations) {}

    /// Decides several intents together, without appending anything.
    ///
    /// @throws StatusException when one of them is refused
    public Transaction decide(StoreName store, Author author, Instant deadline, List<Intent> intents)
            throws InterruptedException {
        Draft draft = plan(store, null, author, deadline, intents).draft();
        return new Transaction(draft.guards(), draft.mutations());
    }

    public Result append(StoreName store, TransactionDraft transaction) throws InterruptedException {
        return stores.appender(store).append(transaction);
    }

    public Appender appender(StoreName store) {
        return stores.appender(store);
    }

    /// The newest state at hand.
    public Snapshot snapshot(StoreName store) {
        return stores.view(store).snapshot();
    }

    enum Mode {
        COMMIT,
        DRY_RUN
    }

    static StoreName storeOf(Intent intent) {
        StoreName store = intent.kind().store();
        if (store == null) {
            throw new AssertionError(intent.kind().kind() + " is not stored");
        }
        return store;
    }

    /// What several intents come to together, decided from one snapshot.
    record Plan(Draft draft, Written written, Circumstances circumstances) {

        /// The outcome, once the first mutation is known to have taken revision `from`.
        Written written(long from) {
            var each = new ArrayList<Written.One>();
            for (Written.One one : written.each()) {
                int index = draft.indexOf(one.key());
                each.add(index < 0 ? one : new Written.One(one.key(), one.planned(), from + index));
            }
            return new Written(each, true);
        }
    }

    /// Plans from the newest state at hand, and before refusing from a state that is certainly as new as the call.
    ///
    /// @param from a state known to be new enough, or null
    Plan plan(StoreName store, @Nullable Snapshot from, Author author, Instant deadline, List<Intent> intents)
            throws InterruptedException {
        View view = stores.view(store);
        boolean confirmed = from != null;
        Snapshot snapshot = from == null ? view.snapshot() : from;
        Instant soonUntil = clock.instant().plus(SOON_MAX);
        while (true) {
            try {
                return decide(store, snapshot, author, intents);
            } catch (StatusException refusal) {
                if (confirmed) {
                    throw refusal;
                }
                Snapshot latest = latest(store, deadline);
                if (store != StoreName.MAIN) {
                    latest(StoreName.MAIN, deadline);
                } else if (latest.position() == snapshot.position()) {
                    throw refusal;
                }
                confirmed = true;
                snapshot = latest;
            } catch (SoonException early) {
                if (clock.instant().isAfter(soonUntil)) {
                    throw new StatusException(early.status());
                }
                snapshot = next(view, snapshot);
            }
        }
    }

    private Plan decide(StoreName store, Snapshot snapshot, Author author, List<Intent> intents) {
        Snapshot main =
                store == StoreName.MAIN ? snapshot : stores.view(StoreName.MAIN).snapshot();
        var circumstances = new Circumstances(author.identity(), clock.instant(), random, main, codec);
        var draft = new Draft(snapshot);
        var each = new ArrayList<Written.One>();
        for (Intent intent : intents) {
            Planned planned = planner.plan(draft, intent, circumstances);
            Key key = planned.object().key();
            each.add(new Written.One(key, planned, draft.revision(key)));
        }
        return new Plan(draft, new Written(each, false), circumstances);
    }

    private static Snapshot next(View view, Snapshot seen) throws InterruptedException {
        try {
            return view.awaitPosition(seen.position() + 1, SOON_STEP);
        } catch (TimeoutException _) {
            return view.snapshot();
        }
    }

    /// A snapshot that has everything acknowledged to anyone before this call.
    public Snapshot latest(StoreName store, Instant deadline) throws InterruptedException {
        Duration left = Duration.between(clock.instant(), deadline);
        try {
            return stores.appender(store).latest(left.isNegative() ? Duration.ZERO : left);
        } catch (TimeoutException _) {
            throw new StatusException(ApiStatus.timeout("the journal did not answer in time", RETRY_AFTER_SECONDS));
        }
    }

    /// What a result that is neither done nor a conflict means to the client.
    public static ApiStatus statusOf(Result result) {
        return switch (result) {
            case Result.Overloaded(String limit) ->
                ApiStatus.tooManyRequests(
                        "too many writes wait for the journal, try again: " + limit, RETRY_AFTER_SECONDS);
            case Result.TooLarge(String limit) -> ApiStatus.entityTooLarge(limit);
            case Result.NoSpace(String disk) -> ApiStatus.insufficientStorage(disk);
            case Result.Unavailable(String reason) -> ApiStatus.unavailable(reason, RETRY_AFTER_SECONDS);
            case Result.Unknown(String reason) -> ApiStatus.timeout(reason, RETRY_AFTER_SECONDS);
            case Result.Conflict conflict -> {
                Key key = conflict.key();
                yield ApiStatus.conflict(key.group(), key.resource(), key.name());
            }
            case Result.Committed _ -> throw new AssertionError("committed is no refusal");
        };
    }
}
