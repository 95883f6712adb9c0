package dev.shiplog.api.resource;

import dev.shiplog.journal.Key;
import dev.shiplog.schemas.Kind;
import dev.shiplog.store.Change;
import dev.shiplog.store.Past;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// Hands the changes of one store to all watchers, in one order, encoding each once for all who see it alike.
///
/// It takes them from the view's thread through a bounded queue, so that nothing a watcher costs slows writes down. A
/// watcher that cannot be fed at once, or that was passed over because the queue was full, leaves and comes back by
/// itself through the view's window; see [Watcher].
final class WatchFollower implements AutoCloseable {
    /// How many transactions may wait to be handed out.
    static final int BACKLOG_MAX = 16_384;

    private sealed interface Work {
        record Changes(List<Change> changes) implements Work {}

        record Progress(long revision) implements Work {}

        record Task(Runnable task) implements Work {}
    }

    private final View view;
    private final Past past;
    private final WatchGauge gauge;
    private final BlockingQueue<Work> backlog = new ArrayBlockingQueue<>(BACKLOG_MAX);
    private final Map<String, CopyOnWriteArrayList<Watcher>> watchers = new ConcurrentHashMap<>();
    private final Thread thread;
    private View.@Nullable Subscription subscription;
    private volatile boolean passedOver;
    private volatile boolean closed;
    private long dispatched;

    private WatchFollower(View view, Past past, WatchGauge gauge) {
        this.view = view;
        this.past = past;
        this.gauge = gauge;
        this.thread = Thread.ofPlatform()
                .name("watch-" + view.store().text())
                .daemon(true)
                .unstarted(this::run);
    }

    static WatchFollower start(View view, Past past, WatchGauge gauge) {
        var follower = new WatchFollower(view, past, gauge);
        follower.begin();
        return follower;
    }

    private void begin() {
        while (subscription == null) {
            long revision = view.snapshot().revision();
            dispatched = revision;
            try {
                subscription = view.followChanges(revision, new View.ChangeListener() {
                    @Override
                    public void changed(List<Change> changes) {
                        take(new Work.Changes(changes));
                    }

                    @Override
                    public void progressed(long reached) {
                        take(new Work.Progress(reached));
                    }
                });
            } catch (RevisionGone _) {
                // the window moved on in between: begin again at what is newest now
            }
        }
        thread.start();
    }

    View view() {
        return view;
    }

    Past past() {
        return past;
    }

    private void take(Work work) {
        if (!backlog.offer(work)) {
            passedOver = true;
        }
    }

    /// Runs a task between two transactions; dropped when the backlog is full.
    void soon(Runnable task) {
        var _ = backlog.offer(new Work.Task(task));
    }

    /// Adds a watcher that has seen everything up to a revision; false when more has been handed out already.
    synchronized boolean join(Watcher watcher, long seen) {
        if (seen < dispatched || passedOver || closed) {
            return false;
        }
        watchers.computeIfAbsent(resource(watcher.kind()), _ -> new CopyOnWriteArrayList<>())
                .add(watcher);
        return true;
    }

    void leave(Watcher watcher) {
        List<Watcher> alike = watchers.get(resource(watcher.kind()));
        if (alike != null) {
            alike.remove(watcher);
        }
    }

    /// The revision up to which every watcher that is here has been served.
    synchronized long dispatched() {
        return dispatched;
    }

    WatchGauge gauge() {
        return gauge;
    }

    private void run() {
        try {
            while (!closed) {
                dispatch(backlog.take());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void dispatch(Work work) {
        switch (work) {
            case Work.Changes(List<Change> changes) -> {
                for (Change change : changes) {
                    hand(change);
                }
                dispatched = Math.max(dispatched, changes.getLast().revision());
            }
            case Work.Progress(long revision) -> dispatched = Math.max(dispatched, revision);
            case Work.Task(Runnable task) -> task.run();
        }
        if (passedOver && backlog.isEmpty()) {
            passedOver = false;
            dispatched = Math.max(dispatched, view.snapshot().revision());
            everyone().forEach(Watcher::passedOver);
        }
    }

    private void hand(Change change) {
        List<Watcher> alike = watchers.get(resource(change.key()));
        if (alike == null || alike.isEmpty()) {
            return;
        }
        var encoded = new EncodedChange(change);
        for (Watcher watcher : alike) {
            watcher.offer(encoded);
        }
    }

    private List<Watcher> everyone() {
        var all = new ArrayList<Watcher>();
        watchers.values().forEach(all::addAll);
        return all;
    }

    private static String resource(Kind kind) {
        return kind.group() + "/" + kind.plural();
    }

    private static String resource(Key key) {
        return key.group() + "/" + key.resource();
    }

    /// Ends all watches.
    @Override
    public void close() {
        closed = true;
        if (subscription != null) {
            subscription.close();
        }
        thread.interrupt();
        everyone().forEach(Watcher::end);
    }
}
