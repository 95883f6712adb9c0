package dev.shiplog.api.requests;

import dev.shiplog.api.auth.Access;
import dev.shiplog.api.auth.Authorizer;
import dev.shiplog.api.auth.Decision;
import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.Identity;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.api.resource.Author;
import dev.shiplog.api.resource.Intent;
import dev.shiplog.api.resource.Writes;
import dev.shiplog.journal.Condition;
import dev.shiplog.journal.Guard;
import dev.shiplog.journal.Item;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Mutation;
import dev.shiplog.journal.Operation;
import dev.shiplog.journal.Origin;
import dev.shiplog.journal.Refused;
import dev.shiplog.journal.Request;
import dev.shiplog.schemas.Codec;
import dev.shiplog.schemas.Keys;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Appender;
import dev.shiplog.store.Entry;
import dev.shiplog.store.Result;
import dev.shiplog.store.Snapshot;
import dev.shiplog.store.TransactionDraft;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Admits the requests of components like anyone's writes, and appends each as one transaction, or as its refusal.
///
/// A request is decided and appended once. When the journal rejects it, that is its outcome: the requester learns of
/// it and decides afresh, because only it knows what its decision rested on. When a request is appended twice, its
/// guards let one through.
public final class RequestAdmission {
    static final int UNCHANGED = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String ACCOUNT_PREFIX = Identity.SERVICE_ACCOUNT_PREFIX + "kube-system:";
    private static final String TENURE = "tenure";

    private final Writes writes;
    private final Items items;
    private final Codec codec;
    private final InstantSource clock;

    public RequestAdmission(Writes writes, Codec codec, InstantSource clock) {
        this.writes = writes;
        this.items = new Items(codec);
        this.codec = codec;
        this.clock = clock;
    }

    /// What is left to do about a request.
    public enum Outcome {
        /// Its transaction or its refusal is in the journal, or it had nothing to say and nobody waits.
        DONE,
        /// Nothing is in the journal; it must be tried again later.
        LATER
    }

    public Outcome process(Request request) throws InterruptedException {
        Author author = author(request);
        try {
            if (isClaim(request)) {
                return claim(request, author);
            }
            return write(request, author);
        } catch (StatusException refusal) {
            return refuse(request, author, refusal.status());
        }
    }

    /// Requests run as the service account of their component, whatever they say.
    private static Author author(Request request) {
        Origin origin = request.origin();
        Identity identity = Identity.of(
                ACCOUNT_PREFIX + origin.component(),
                Identity.SERVICE_ACCOUNTS,
                Identity.SERVICE_ACCOUNTS + ":kube-system",
                Identity.AUTHENTICATED);
        return new Author(
                identity,
                origin.toBuilder()
                        .actor(identity.user())
                        .groups(identity.groups())
                        .requestId(request.id().toString())
                        .build());
    }

    // --- tenures

    private static boolean isClaim(Request request) {
        return request.tenure() == null
                && request.items().size() == 1
                && Keys.isInternal(request.items().getFirst().target());
    }

    /// Takes a tenure over, whatever its revision is.
    private Outcome claim(Request request, Author author) throws InterruptedException {
        Item item = request.items().getFirst();
        Key tenure = item.target();
        if (!tenure.resource().equals(TENURE)) {
            throw new StatusException(ApiStatus.forbidden(
                    "", tenure.resource(), tenure.name(), "no request may write this internal key"));
        }
        Snapshot latest = writes.latest(StoreName.MAIN, deadline());
        Entry held = latest.get(tenure);
        byte[] value = item.value() == null ? new byte[0] : item.value();
        var mutation = new Mutation(
                tenure,
                Operation.PUT,
                held == null ? "create" : "update",
                null,
                held == null ? 0 : held.revision(),
                0,
                value,
                null);
        return appended(
                request,
                author,
                writes.append(
                        StoreName.MAIN,
                        new TransactionDraft(request.id(), author.origin(), List.of(), List.of(mutation))));
    }

    // --- objects

    private Outcome write(Request request, Author author) throws InterruptedException {
        StoreName store = store(request);
        request.items().forEach(item -> authorize(author.identity(), item));
        List<Intent> intents = intents(request, store);
        if (intents.isEmpty()) {
            return unchanged(request, author);
        }
        Writes.Transaction transaction = writes.decide(store, author, deadline(), intents);
        if (transaction.mutations().isEmpty()) {
            return unchanged(request, author);
        }
        var guards = new ArrayList<>(transaction.guards());
        if (store == StoreName.MAIN) {
            guards.addAll(demanded(request, transaction));
        }
        return appended(
                request,
                author,
                writes.append(
                        store, new TransactionDraft(request.id(), author.origin(), guards, transaction.mutations())));
    }

    private static void authorize(Identity component, Item item) {
        Key target = item.target();
        Access access = Access.of(
                item.operation().name().toLowerCase(Locale.ROOT),
                target.group(),
                target.resource(),
                item.subresource() == null ? "" : item.subresource(),
                target.namespace(),
                target.name());
        if (Authorizer.component(component.user(), access) instanceof Decision.Denied denied) {
            throw new StatusException(Decision.forbidden(component, access, denied));
        }
    }

    private StoreName store(Request request) {
        if (request.items().isEmpty()) {
            throw new StatusException(ApiStatus.badRequest("a request needs at least one item"));
        }
        Set<StoreName> stores = new HashSet<>();
        Set<Key> targets = new HashSet<>();
        for (Item item : request.items()) {
            StoreName store = items.kind(item.target()).store();
            if (store == null) {
                throw new StatusException(ApiStatus.methodNotAllowed(
                        item.target().group(), item.target().resource()));
            }
            stores.add(store);
            if (!targets.add(item.target())) {
                throw new StatusException(
                        ApiStatus.badRequest(Keys.text(item.target()) + " occurs twice in one request"));
            }
        }
        if (stores.size() > 1) {
            throw new StatusException(ApiStatus.badRequest("the objects of one request must be of one store"));
        }
        return stores.iterator().next();
    }

    /// Ephemeral objects have derived names, so one that is there already is the one that was asked for.
    private List<Intent> intents(Request request, StoreName store) {
        Snapshot now = writes.snapshot(store);
        var intents = new ArrayList<Intent>();
        for (Item item : request.items()) {
            Intent intent = items.intent(item);
            boolean there =
                    store == StoreName.EPHEMERAL && intent instanceof Intent.Create && now.get(item.target()) != null;
            if (!there) {
                intents.add(intent);
            }
        }
        return intents;
    }

    private static List<Guard> demanded(Request request, Writes.Transaction transaction) {
        var guards = new ArrayList<Guard>();
        Key tenure = request.tenure();
        if (tenure != null) {
            guards.add(new Guard(tenure, Condition.AT, request.tenureRevision()));
        }
        Set<Key> taken = new HashSet<>();
        transaction.mutations().forEach(mutation -> taken.add(mutation.key()));
        transaction.guards().forEach(guard -> taken.add(guard.key()));
        for (Guard guard : request.guards()) {
            if (taken.add(guard.key())) {
                guards.add(guard);
            }
        }
        return guards;
    }

    // --- outcomes

    private Outcome unchanged(Request request, Author author) throws InterruptedException {
        if (request.origin().replyTo() == null) {
            return Outcome.DONE;
        }
        return refuse(request, author, ApiStatus.of(UNCHANGED, "Unchanged", "everything is as it was asked to be"));
    }

    private Outcome appended(Request request, Author author, Result result) throws InterruptedException {
        return switch (result) {
            case Result.Committed _, Result.Conflict _ -> Outcome.DONE;
            case Result.TooLarge _ -> refuse(request, author, Writes.statusOf(result));
            case Result.Overloaded _, Result.NoSpace _, Result.Unavailable _, Result.Unknown _ -> Outcome.LATER;
        };
    }

    /// Records a refusal in the journal of the store that the request was for.
    private Outcome refuse(Request request, Author author, ApiStatus status) throws InterruptedException {
        if (status.code() >= 500) {
            return Outcome.LATER;
        }
        var refused = new Refused(request.id(), author.origin(), status.code(), status.reason(), status.message());
        Result result = appender(request).append(refused);
        return result instanceof Result.Committed ? Outcome.DONE : Outcome.LATER;
    }

    private Appender appender(Request request) {
        for (Item item : request.items()) {
            var kind =
                    codec.catalog().stored(item.target().group(), item.target().resource());
            StoreName store = kind == null ? null : kind.store();
            if (store != null) {
                return writes.appender(store);
            }
        }
        return writes.appender(StoreName.MAIN);
    }

    private Instant deadline() {
        return clock.instant().plus(PATIENCE);
    }
}
