package dev.shiplog.store.sim;

import dev.shiplog.journal.Body;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Applied;
import dev.shiplog.store.Outcome.Accepted;
import dev.shiplog.store.Outcome.Reason;
import dev.shiplog.store.Outcome.Rejected;
import dev.shiplog.store.Result;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.TransactionDraft;
import dev.shiplog.store.journal.AppenderSeams;
import dev.shiplog.store.journal.AppenderSettings;
import dev.shiplog.store.journal.JournalAppender;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.journal.ViewFollower;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeoutException;

/// One life of one API server: a follower, an appender, and the appends it has not answered. The classes are
/// those that run outside the simulator; only their threads and their journal are not.
final class SimInstance {
    static final int WINDOW_MUTATIONS = 300;

    private final SimJournal journal;
    private final History history;
    private final Checks checks;
    private final ViewFollower follower;
    private final JournalAppender appender;
    private final List<Ask> asks = new ArrayList<>();
    private final long bootRevision;
    private long revisionSeen;

    SimInstance(SimJournal journal, History history, Checks checks, State boot, String name, AppenderSeams seams) {
        this.journal = journal;
        this.history = history;
        this.checks = checks;
        bootRevision = boot.revision();
        follower = new ViewFollower(StoreName.MAIN, boot, WINDOW_MUTATIONS);
        var settings = new AppenderSettings(name, Duration.ofSeconds(1), Duration.ofMillis(1));
        appender = JournalAppender.over(journal, follower, settings, seams);
        checkState();
    }

    State snapshot() {
        return follower.state();
    }

    ViewFollower view() {
        return follower;
    }

    Ask append(TransactionDraft draft) {
        var ask = new Ask(draft.id(), appender.submit(draft));
        asks.add(ask);
        return ask;
    }

    void appendControl(Body body) {
        appender.submitControl(body);
    }

    boolean isIdle() {
        return asks.isEmpty();
    }

    boolean isBehind() {
        return follower.state().position() + 1 < journal.end();
    }

    /// Applies the next records.
    ///
    /// @throws RevisionGone when it was so slow that the journal was truncated under it
    void follow(int records) throws RevisionGone {
        follower.apply(journal.read(follower.state().position() + 1, records));
        String stopped = follower.stopped();
        if (stopped != null) {
            checks.violated("a follower stopped: " + stopped);
        }
    }

    void checkState() {
        State mine = follower.state();
        State expected = history.at(mine.position());
        checks.that(
                mine.stateHash().equals(expected.stateHash())
                        && mine.revision() == expected.revision()
                        && mine.rule() == expected.rule()
                        && mine.timeMillis() == expected.timeMillis()
                        && mine.sessions().equals(expected.sessions()),
                "a follower has %s, replay from 0 gives %s",
                mine,
                expected);
        checks.that(mine.revision() >= revisionSeen, "revision falls from %d to %d", revisionSeen, mine.revision());
        revisionSeen = mine.revision();
    }

    /// A read must show everything that was acknowledged to anyone before it. A follower that is behind makes
    /// it wait.
    void readLatest(long acknowledged) throws InterruptedException {
        try {
            long revision = appender.latest(Duration.ZERO).revision();
            checks.that(revision >= acknowledged, "a read at %d misses revision %d", revision, acknowledged);
        } catch (TimeoutException _) {
            checks.that(isBehind(), "a follower at the end of the journal makes a read wait");
        }
    }

    /// Compares the state as of a past revision with what was.
    void lookBack(long revision) {
        State expected = history.atRevision(revision);
        if (expected == null || revision > follower.state().revision()) {
            return;
        }
        try {
            checks.that(
                    follower.at(revision).hash().equals(expected.hash()),
                    "the state as of revision %d is not what it was",
                    revision);
        } catch (RevisionGone _) {
            checks.that(
                    follower.state().revision() - revision >= WINDOW_MUTATIONS || revision < bootRevision,
                    "revision %d of %d has gone too early",
                    revision,
                    follower.state().revision());
        }
    }

    /// Checks what was answered since the last look, and returns the highest revision that was acknowledged.
    long settle() {
        long acknowledged = 0;
        for (Ask ask : List.copyOf(asks)) {
            Result result = ask.pending().result();
            if (result != null) {
                asks.remove(ask);
                acknowledged = Math.max(acknowledged, settled(ask.id(), result));
            }
        }
        return acknowledged;
    }

    private long settled(UUID id, Result result) {
        switch (result) {
            case Result.Committed committed -> {
                Applied applied = history.record(committed.position());
                checks.that(
                        applied.outcome().equals(new Accepted(committed.from(), committed.to()))
                                && history.isAt(id, committed.position()),
                        "%s was acknowledged at offset %d, where history has %s",
                        id,
                        committed.position(),
                        applied.outcome());
                return committed.to();
            }
            case Result.Conflict conflict -> {
                var expected = new Rejected(Reason.CONFLICT, conflict.key(), conflict.revision());
                checks.that(
                        history.record(conflict.position()).outcome().equals(expected),
                        "%s was answered with a conflict that history does not have",
                        id);
                history.neverToBe(id);
            }
            case Result.Unavailable _ -> history.neverToBe(id);
            case Result.Unknown _, Result.Overloaded _, Result.TooLarge _, Result.NoSpace _ ->
                checks.violated("%s was answered with %s".formatted(id, result));
        }
        return 0;
    }

    /// The process is killed.
    void crash() {
        asks.clear();
        appender.close();
    }
}
