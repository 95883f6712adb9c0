package dev.shiplog.api.resource;

import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.Media;
import dev.shiplog.api.http.StreamChannel;
import dev.shiplog.schemas.Codec;
import dev.shiplog.schemas.Kind;
import dev.shiplog.store.Change;
import dev.shiplog.store.Entry;
import dev.shiplog.store.Past;
import dev.shiplog.store.PastNotReady;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.Snapshot;
import dev.shiplog.store.View;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One client's watch: it is either live, fed by the [WatchFollower] without a thread of its own, or catching up, on a
/// thread that waits for the client, through the view's window and, before it, the past. It begins by catching up, and
/// goes back to it whenever it cannot take an event at once; so nothing is lost, and nothing comes twice.
final class Watcher {
    static final Duration BOOKMARK_EVERY = Duration.ofSeconds(60);
    /// A client that does not read for so long is cut off.
    static final Duration STALLED_MAX = Duration.ofSeconds(30);

    /// How many transactions of the window, or changes of the past, are read at once.
    private static final int PAGE_RECORDS = 4_096;

    private static final int PAGE_CHANGES = 1_024;

    private enum State {
        CATCHING_UP,
        LIVE,
        STALLED,
        ENDED
    }

    private final WatchFollower follower;
    private final Codec codec;
    private final Filter filter;
    private final Rendering rendering;
    private final StreamChannel channel;
    private final AtomicReference<State> state = new AtomicReference<>(State.CATCHING_UP);
    private final AtomicBoolean over = new AtomicBoolean();
    private long seen;
    private boolean columns;

    Watcher(WatchFollower follower, Codec codec, Filter filter, Rendering rendering, StreamChannel channel) {
        this.follower = follower;
        this.codec = codec;
        this.filter = filter;
        this.rendering = rendering;
        this.channel = channel;
        this.columns = rendering.as() == Media.As.TABLE;
    }

    Kind kind() {
        return filter.kind();
    }

    /// Sends the state of a snapshot as ADDED events if there is one, then everything after `after`, for as long as
    /// the client stays. Returns once it is live.
    void begin(@Nullable Snapshot initial, long after, boolean bookmarks, Duration timeout)
            throws InterruptedException, StreamChannel.Closed {
        String resource = kind().plural();
        follower.gauge().began(resource);
        channel.onClose(() -> {
            state.set(State.ENDED);
            follower.leave(this);
            if (over.compareAndSet(false, true)) {
                follower.gauge().ended(resource);
            }
        });
        channel.onWritable(() -> {
            if (state.compareAndSet(State.STALLED, State.CATCHING_UP)) {
                resume();
            }
        });
        channel.after(timeout, () -> follower.soon(() -> expire(bookmarks)));
        if (bookmarks) {
            channel.after(BOOKMARK_EVERY, this::bookmarkLater);
        }
        seen = after;
        if (initial != null) {
            for (Entry entry : initial.list(kind().group(), kind().plural(), filter.namespace())) {
                if (filter.matches(entry, codec)) {
                    channel.write(rendering.event(EventType.ADDED, entry, entry.revision(), initial.time(), columns));
                    columns = false;
                }
            }
        }
        catchUp();
    }

    /// Reads what was missed, a page at a time, until the live feed takes over.
    private void catchUp() throws InterruptedException, StreamChannel.Closed {
        while (state.get() == State.CATCHING_UP) {
            List<Change> missed;
            try {
                missed = missed();
            } catch (RevisionGone gone) {
                follower.gauge().dropped(kind().plural());
                end(ApiStatus.expired("too old resource version: %d (%d)".formatted(seen, gone.oldest())));
                return;
            } catch (PastNotReady behind) {
                end(Reads.notReady(behind).status());
                return;
            }
            for (Change change : missed) {
                send(change);
            }
            state.compareAndSet(State.CATCHING_UP, State.LIVE);
            if (follower.join(this, seen)) {
                if (state.get() == State.ENDED) {
                    follower.leave(this);
                }
                return;
            }
            state.compareAndSet(State.LIVE, State.CATCHING_UP);
        }
    }

    private void end(ApiStatus why) throws InterruptedException, StreamChannel.Closed {
        channel.write(Rendering.error(why));
        channel.end();
    }

    /// The next changes of this resource after `seen`, which moves on to the revision that they reach. They are in the
    /// view's window, or else in the past.
    private List<Change> missed() throws RevisionGone, PastNotReady {
        View view = follower.view();
        long newest = view.snapshot().revision();
        List<List<Change>> records;
        try {
            records = view.changesAfter(seen, PAGE_RECORDS);
        } catch (RevisionGone _) {
            Past.Page page = follower.past().changes(kind().group(), kind().plural(), seen, PAGE_CHANGES);
            seen = page.reached();
            return page.changes();
        }
        if (!records.isEmpty()) {
            seen = records.getLast().getLast().revision();
        }
        if (records.size() < PAGE_RECORDS) {
            seen = Math.max(seen, newest);
        }
        return records.stream()
                .flatMap(List::stream)
                .filter(change -> change.key().resource().equals(kind().plural())
                        && change.key().group().equals(kind().group()))
                .toList();
    }

    private void send(Change change) throws InterruptedException, StreamChannel.Closed {
        EventType type = filter.see(change.before(), change.now(), codec);
        if (type != null) {
            channel.write(new EncodedChange(change).event(type, rendering, columns));
            columns = false;
        }
    }

    /// Takes a live change; never waits. Called by the follower's thread only.
    void offer(EncodedChange encoded) {
        Change change = encoded.change();
        if (change.revision() <= seen || state.get() != State.LIVE) {
            return;
        }
        EventType type = filter.see(change.before(), change.now(), codec);
        if (type != null) {
            switch (channel.offer(encoded.event(type, rendering, columns))) {
                case ACCEPTED -> columns = false;
                case TOO_SLOW -> {
                    stall();
                    return;
                }
                case CLOSED -> {
                    follower.leave(this);
                    return;
                }
            }
        }
        seen = change.revision();
    }

    /// The follower could not hand everything on: what is missing is in the window.
    void passedOver() {
        stall();
    }

    private void stall() {
        follower.leave(this);
        if (!state.compareAndSet(State.LIVE, State.STALLED)) {
            return;
        }
        channel.after(STALLED_MAX, () -> {
            if (state.get() == State.STALLED) {
                follower.gauge().dropped(kind().plural());
                channel.abort();
            }
        });
        if (channel.writable() && state.compareAndSet(State.STALLED, State.CATCHING_UP)) {
            resume();
        }
    }

    private void resume() {
        Thread.ofVirtual().name("watch-catch-up").start(() -> {
            try {
                catchUp();
            } catch (InterruptedException _) {
                channel.abort();
            } catch (StreamChannel.Closed _) {
                // the client has gone: onClose has done the rest
                follower.leave(this);
            }
        });
    }

    private void bookmarkLater() {
        follower.soon(this::bookmark);
        channel.after(BOOKMARK_EVERY, this::bookmarkLater);
    }

    /// Runs on the follower's thread, so that everything before it has been offered.
    private void bookmark() {
        if (state.get() == State.LIVE) {
            seen = Math.max(seen, follower.dispatched());
            channel.offer(rendering.bookmark(seen));
        }
    }

    private void expire(boolean bookmarks) {
        if (bookmarks) {
            bookmark();
        }
        end();
    }

    void end() {
        channel.end();
    }
}
