package dev.shiplog.store.sim;

import dev.shiplog.store.Change;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.View;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A client that watches all changes, is cut off anywhere, and resumes at the last revision it saw, at any instance. It
/// must see each mutation once, in order.
final class SimWatcher implements View.ChangeListener {
    private final History history;
    private final Checks checks;
    private long seen;
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
        return subscription == null;
    }

    /// Goes on where it was, or lists anew when that has gone.
    void resume(SimInstance at) {
        cut();
        try {
            subscription = at.view().followChanges(seen, this);
        } catch (RevisionGone _) {
            seen = at.snapshot().revision();
        }
    }

    @Override
    public void changed(List<Change> changes) {
        for (Change change : changes) {
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
        seen = Math.max(seen, revision);
    }
}
