package dev.shiplog.api.resource;

import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.ApiResponse;
import dev.shiplog.api.http.Headers;
import dev.shiplog.api.http.Media;
import dev.shiplog.api.http.Negotiation;
import dev.shiplog.schemas.Codec;
import dev.shiplog.schemas.Kind;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.PastNotReady;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.Snapshot;
import java.time.Duration;
import java.util.EnumSet;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers watches.
final class Watches implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watches.class);

    /// A watch that does not say how long it wants to last ends after this, and up to twice as long.
    static final Duration LASTS_AT_LEAST = Duration.ofMinutes(30);

    /// No watch lasts longer, whatever it asks for.
    static final Duration LASTS_AT_MOST = Duration.ofDays(365);

    private final WatchFollower main;
    private final WatchFollower ephemeral;
    private final Reads reads;
    private final Writes writes;
    private final Codec codec;
    private final RandomGenerator random;

    Watches(
            WatchFollower main,
            WatchFollower ephemeral,
            Reads reads,
            Writes writes,
            Codec codec,
            RandomGenerator random) {
        this.main = main;
        this.ephemeral = ephemeral;
        this.reads = reads;
        this.writes = writes;
        this.codec = codec;
        this.random = random;
    }

    ApiResponse watch(ApiRequest request, Kind kind) throws InterruptedException {
        if (request.headers().firstOr("upgrade", "").equalsIgnoreCase("websocket")) {
            return notUpgraded();
        }
        ListOptions options = ListOptions.ofWatch(request.query());
        Media media = Negotiation.watch(
                request, EnumSet.of(Media.As.PLAIN, Media.As.TABLE, Media.As.PARTIAL_OBJECT_METADATA));
        Rendering rendering = Rendering.of(codec, kind, media, request.query());
        Filter filter = Filter.of(kind, request.info(), options);
        StoreName store = Reads.store(kind);
        Long version = options.version();
        Snapshot known = version == null ? writes.latest(store, request.deadline()) : reads.notOlderThan(kind, version);
        boolean fromState = version == null || version == 0;
        long after = version == null || version == 0 ? known.revision() : version;
        WatchFollower follower = store == StoreName.MAIN ? main : ephemeral;
        Duration timeout = timeout(options);
        requireKnown(follower, kind, after);
        return new ApiResponse.Stream(200, media.contentType(), Headers.NONE, channel -> {
            var watcher = new Watcher(follower, codec, filter, rendering, channel);
            watcher.begin(fromState ? known : null, after, options.bookmarks(), timeout);
        });
    }

    /// A client that comes too early is told so with a status of its own, and comes back.
    private static void requireKnown(WatchFollower follower, Kind kind, long after) {
        try {
            follower.view().changesAfter(after, 0);
        } catch (RevisionGone _) {
            try {
                follower.past().changes(kind.group(), kind.plural(), after, 1);
            } catch (PastNotReady behind) {
                throw Reads.notReady(behind);
            } catch (RevisionGone _) {
                LOG.debug("a watch of {} from revision {} will be told that it is gone", kind.plural(), after);
            }
        }
    }

    /// Answers a client that wants events as WebSocket messages. It waits for the end of an answer that is no upgrade,
    /// and takes 200 as the sign to watch over plain HTTP; so the answer is empty and ends.
    private static ApiResponse notUpgraded() {
        return ApiResponse.bytes(200, Media.JSON.contentType(), new byte[0]);
    }

    private Duration timeout(ListOptions options) {
        Long asked = options.timeoutSeconds();
        return asked != null && asked > 0
                ? Duration.ofSeconds(Math.min(asked, LASTS_AT_MOST.toSeconds()))
                : LASTS_AT_LEAST.plusMillis(random.nextLong(LASTS_AT_LEAST.toMillis()));
    }

    @Override
    public void close() {
        main.close();
        ephemeral.close();
    }
}
