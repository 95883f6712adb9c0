package dev.shiplog.store;

import dev.shiplog.schemas.StoreName;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/// A follower's copy of one store, and the feed of what changes it. Safe for any thread; read-only.
public interface View {

    StoreName store();

    /// The newest state that this follower has applied. Never blocks.
    Snapshot snapshot();

    /// Waits until the record at `position` is applied.
    Snapshot awaitPosition(long position, Duration timeout) throws InterruptedException, TimeoutException;

    /// Waits until the store's revision has reached `revision`.
    Snapshot awaitRevision(long revision, Duration timeout) throws InterruptedException, TimeoutException;

    /// The state as of an exact revision, while the window of the last [#WINDOW_MUTATIONS] mutations holds it.
    ///
    /// @throws RevisionGone when the window begins after it
    Snapshot at(long revision) throws RevisionGone;

    /// The changes that come after a revision, of at most so many records, oldest first, a list for each record. None
    /// of
    /// 0 records tells whether the window reaches so far back.
    ///
    /// @throws RevisionGone when the window begins after it
    List<List<Change>> changesAfter(long revision, int records) throws RevisionGone;

    /// Subscribes to every record applied after `position` (-1 = from the start of what is held; use
    /// `snapshot().position()` for "from now on"). The listener runs on the follower's thread in journal order
    /// and must neither block nor throw.
    ///
    /// @throws RevisionGone when records after `position` are no longer in the window
    Subscription follow(long position, Listener listener) throws RevisionGone;

    /// Subscribes to the changes with a revision greater than `revision`: first what the window holds, then live.
    ///
    /// @throws RevisionGone when the window begins after it
    Subscription followChanges(long revision, ChangeListener listener) throws RevisionGone;

    /// How many mutations the window of a store holds, once it has had as many; fewer when their values are very large.
    int WINDOW_MUTATIONS = 100_000;

    interface Listener {
        void applied(Applied record);
    }

    interface ChangeListener {
        /// The changes of one record, never empty. A later call never carries an earlier revision.
        void changed(List<Change> changes);

        /// Called when the store moved on without a change that this listener would see; for bookmarks.
        default void progressed(long revision) {}
    }

    interface Subscription extends AutoCloseable {
        /// Ends it. What the follower's thread is about to tell may still arrive.
        @Override
        void close();
    }
}
