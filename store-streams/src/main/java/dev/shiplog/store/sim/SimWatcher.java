package dev.shiplog.store.sim;

import dev.shiplog.store.Change;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.View;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A client that watches all changes, is cut off anywhere, and resumes at the last revision it saw, at any
/// instance. It must see each mutation once, in order.
final class SimWatcher implements View.ChangeListener {
    private final History history;
    private final Checks checks;
    private long seen;
    private int cutAfter;
    private View.@Nullable Subscription subscription;

    SimWatcher(History history, Checks checks) {
        this.history = history;
        this.checks = checks;
    }

    long seen() {
        return seen;
    }

    void cut() {
        View.Subscription open = subscription;
        if (open != null) {
            open.close();
            subscription = null;
        }
    }

    boolean isCut() {
        return subscription == null || cutAfter <= 0;
    }

    /// Goes on where it was, or lists anew when that has gone. The connection holds for so many changes and then
    /// breaks,
    /// perhaps in the middle of a transaction.
    void resume(SimInstance at, int changes) {
        cut();
        cutAfter = changes;
        try {
            subscription = at.view().followChanges(seen, this);
        } catch (RevisionGone _) {
            seen = at.snapshot().revision();
        }
    }

    @Override
    public void changed(List<Change> changes) {
        for (Change change : changes) {
            if (cutAfter-- <= 0) {
                return;
            }
            Change expected = history.changeAfter(seen);
            checks.that(
                    expected != null
                            && expected.revision() == change.revision()
                            && expected.position() == change.position()
                            && expected.index() == change.index()
                            && expected.key().equals(change.key())
                            && (expected.now() == null) == (change.now() == null)
                            && (expected.before() == null) == (change.before() == null),
                    "a watch at %d gets %s, history goes on with %s",
                    seen,
                    change,
                    expected);
            seen = change.revision();
        }
    }

    @Override
    public void progressed(long revision) {
        if (cutAfter > 0) {
            seen = Math.max(seen, revision);
        }
    }
}
