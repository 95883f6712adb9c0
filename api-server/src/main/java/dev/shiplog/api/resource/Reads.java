package dev.shiplog.api.resource;

import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.ApiResponse;
import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.Media;
import dev.shiplog.api.http.Negotiation;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.journal.Key;
import dev.shiplog.schemas.Codec;
import dev.shiplog.schemas.Fingerprints;
import dev.shiplog.schemas.Kind;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.table.ListInfo;
import dev.shiplog.store.Entry;
import dev.shiplog.store.PastNotReady;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.Snapshot;
import dev.shiplog.store.View;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Answers gets and lists from a snapshot that is as new, or as old, as the client asked for.
final class Reads {
    /// How long a read waits for a revision that is not there yet.
    static final Duration FUTURE_WAIT = Duration.ofSeconds(3);

    private static final int RETRY_AFTER_SECONDS = 1;

    private static final String FIRST_PAGE_GONE =
            "the revision of the first page is no longer held; start again without continue, or go on with"
                    + " metadata.continue of this answer in the newest state, which may differ from the first page's";

    private final Stores stores;
    private final Writes writes;
    private final Codec codec;
    private final InstantSource clock;

    Reads(Stores stores, Writes writes, Codec codec, InstantSource clock) {
        this.stores = stores;
        this.writes = writes;
        this.codec = codec;
        this.clock = clock;
    }

    // --- get

    Entry entry(ApiRequest request, Kind kind, Key key) throws InterruptedException {
        Long version = ListOptions.version(request.query().text("resourceVersion"));
        Snapshot snapshot = version == null
                ? writes.latest(store(kind), request.deadline())
                : exact(request) ? past(kind, version) : notOlderThan(kind, version);
        Entry entry = snapshot.get(key);
        if (entry == null) {
            throw new StatusException(ApiStatus.notFound(kind.group(), kind.plural(), key.name()));
        }
        return entry;
    }

    private static boolean exact(ApiRequest request) {
        return request.query().text("resourceVersionMatch").equals("Exact");
    }

    private Snapshot past(Kind kind, long revision) throws InterruptedException {
        try {
            return exactly(kind, revision);
        } catch (RevisionGone gone) {
            throw new StatusException(ApiStatus.expired(gone(gone)));
        }
    }

    private static String gone(RevisionGone gone) {
        return "the revision asked for is older than what is held: the oldest is " + gone.oldest();
    }

    ApiResponse get(ApiRequest request, Kind kind, Key key) throws InterruptedException {
        Media media = Negotiation.object(
                request, EnumSet.of(Media.As.PLAIN, Media.As.TABLE, Media.As.PARTIAL_OBJECT_METADATA));
        Rendering rendering = Rendering.of(codec, kind, media, request.query());
        Entry entry = entry(request, kind, key);
        return ApiResponse.json(
                200, media, rendering.object(entry.schema(), entry.value(), entry.revision(), clock.instant()));
    }

    // --- list

    ApiResponse list(ApiRequest request, Kind kind) throws InterruptedException {
        ListOptions options = ListOptions.ofList(request.query());
        Media media = Negotiation.object(
                request, EnumSet.of(Media.As.PLAIN, Media.As.TABLE, Media.As.PARTIAL_OBJECT_METADATA_LIST));
        Rendering rendering = Rendering.of(codec, kind, media, request.query());
        Filter filter = Filter.of(kind, request.info(), options);
        String scope = scope(request, options);
        ContinueToken token = token(options, scope);
        Page page;
        if (token != null && token.expired(clock.instant())) {
            return expired(media, FIRST_PAGE_GONE, token);
        }
        try {
            Snapshot snapshot = snapshot(kind, options, token, request.deadline());
            page = page(snapshot, filter, options.limit(), token, scope);
        } catch (RevisionGone gone) {
            return expired(media, token == null ? gone(gone) : FIRST_PAGE_GONE, token);
        }
        Instant now = clock.instant();
        return ApiResponse.json(200, media, out -> rendering.list(out, page.items(), page.info(), now));
    }

    /// The page of a list.
    record Page(List<Entry> items, ListInfo info) {}

    private Page page(Snapshot snapshot, Filter filter, long limit, @Nullable ContinueToken token, String scope) {
        Kind kind = filter.kind();
        Key after = token == null ? null : new Key(kind.group(), kind.plural(), token.namespace(), token.name());
        var items = new ArrayList<Entry>();
        boolean more = false;
        for (Entry entry : candidates(snapshot, filter, after)) {
            if (!filter.matches(entry, codec)) {
                continue;
            }
            if (limit > 0 && items.size() == limit) {
                more = true;
                break;
            }
            items.add(entry);
        }
        String version = Long.toString(snapshot.revision());
        if (!more) {
            return new Page(items, new ListInfo(version, "", null));
        }
        long remaining = filter.selects() || !filter.name().isEmpty()
                ? -1
                : token != null ? token.remaining() - items.size() : total(snapshot, filter) - items.size();
        Key last = items.getLast().key();
        var next = new ContinueToken(
                snapshot.revision(),
                token == null || token.revision() == ContinueToken.NEWEST ? clock.millis() : token.sinceMillis(),
                last.namespace(),
                last.name(),
                Math.max(remaining, -1),
                scope);
        return new Page(items, new ListInfo(version, next.text(), remaining > 0 ? (Long) remaining : null));
    }

    private static Iterable<Entry> candidates(Snapshot snapshot, Filter filter, @Nullable Key after) {
        Kind kind = filter.kind();
        boolean placed = !filter.name().isEmpty()
                && (!kind.namespaced() || !filter.namespace().isEmpty());
        if (placed && after == null) {
            Entry entry = snapshot.get(new Key(kind.group(), kind.plural(), filter.namespace(), filter.name()));
            return entry == null ? List.of() : List.of(entry);
        }
        return snapshot.list(kind.group(), kind.plural(), filter.namespace(), after);
    }

    private static long total(Snapshot snapshot, Filter filter) {
        Kind kind = filter.kind();
        if (filter.namespace().isEmpty()) {
            return snapshot.count(kind.group(), kind.plural());
        }
        long total = 0;
        for (Entry _ : snapshot.list(kind.group(), kind.plural(), filter.namespace())) {
            total++;
        }
        return total;
    }

    private static String scope(ApiRequest request, ListOptions options) {
        String all = String.join("\n", request.info().path(), options.labelSelector(), options.fieldSelector());
        return Fingerprints.hex(Fingerprints.of(all));
    }

    private static @Nullable ContinueToken token(ListOptions options, String scope) {
        if (options.continueText().isEmpty()) {
            return null;
        }
        ContinueToken token = ContinueToken.parse(options.continueText());
        if (token == null) {
            throw new StatusException(ApiStatus.badRequest("continue key is not valid"));
        }
        if (!token.scope().equals(scope)) {
            throw new StatusException(ApiStatus.badRequest(
                    "continue key is not valid: it belongs to a list with another path or other selectors"));
        }
        return token;
    }

    private Snapshot snapshot(Kind kind, ListOptions options, @Nullable ContinueToken token, Instant deadline)
            throws InterruptedException, RevisionGone {
        StoreName store = store(kind);
        if (token != null) {
            return token.revision() == ContinueToken.NEWEST
                    ? writes.latest(store, deadline)
                    : exactly(kind, token.revision());
        }
        Long version = options.version();
        if (version == null) {
            return writes.latest(store, deadline);
        }
        boolean exact = options.match() == ListOptions.Match.EXACT
                || (options.match() == ListOptions.Match.UNSET && options.limit() > 0 && version > 0);
        return exact ? exactly(kind, version) : notOlderThan(kind, version);
    }

    private Snapshot exactly(Kind kind, long revision) throws InterruptedException, RevisionGone {
        Snapshot newest = notOlderThan(kind, revision);
        if (newest.revision() == revision) {
            return newest;
        }
        try {
            return stores.at(store(kind), revision);
        } catch (PastNotReady behind) {
            throw notReady(behind);
        }
    }

    static StatusException notReady(PastNotReady behind) {
        return new StatusException(ApiStatus.unavailable(String.valueOf(behind.getMessage()), RETRY_AFTER_SECONDS));
    }

    /// Waits a little for a revision that lies ahead.
    Snapshot notOlderThan(Kind kind, long revision) throws InterruptedException {
        View view = stores.view(store(kind));
        Snapshot newest = view.snapshot();
        if (newest.revision() >= revision) {
            return newest;
        }
        try {
            return view.awaitRevision(revision, FUTURE_WAIT);
        } catch (TimeoutException _) {
            throw new StatusException(
                    ApiStatus.resourceVersionTooLarge(revision, view.snapshot().revision()));
        }
    }

    private static ApiResponse expired(Media media, String message, @Nullable ContinueToken token) {
        return ExpiredList.response(
                message, token == null ? "" : token.inconsistent().text(), media);
    }

    static StoreName store(Kind kind) {
        StoreName store = kind.store();
        if (store == null) {
            throw new StatusException(ApiStatus.methodNotAllowed(kind.group(), kind.plural()));
        }
        return store;
    }
}
