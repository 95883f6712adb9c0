package dev.shiplog.store.history;

import dev.shiplog.store.Change;
import dev.shiplog.store.Past;
import dev.shiplog.store.PastNotReady;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.Snapshot;
import dev.shiplog.store.checkpoint.JournalPast;
import dev.shiplog.store.checkpoint.ReplayFollower;
import dev.shiplog.store.checkpoint.ReplayRefused;
import dev.shiplog.store.journal.JournalUnavailable;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.journal.Step;
import dev.shiplog.store.journal.ViewFollower;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the history index of one store: goes along behind the view, and reads from the journal what the view's window
/// no longer holds.
///
/// The index is made of the journal and decides nothing. One that is damaged, or of another journal, or that knows what
/// the journal has lost, is made anew.
public final class HistoryHost implements Past, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HistoryHost.class);

    /// How many transactions are taken from the window at once.
    private static final int RECORDS_MAX = 1_024;

    /// After a change, others are waited for: many are added at the price of one.
    private static final Duration LINGER = Duration.ofMillis(100);

    private static final Duration LOOK_AT_THE_START_EVERY = Duration.ofMinutes(1);
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(5);

    private final Path directory;
    private final JournalPast past;
    private final ViewFollower view;
    private final Thread thread;

    /// The index that this host's thread has open.
    private @Nullable HistoryIndex opened;

    /// The same, once it stands in this journal; and the revision up to which it has everything.
    private volatile @Nullable HistoryIndex ready;

    private volatile long reached = -1;
    private volatile boolean closed;

    /// @param directory of this store's index alone
    public HistoryHost(Path directory, JournalPast past, ViewFollower view) {
        this.directory = directory;
        this.past = past;
        this.view = view;
        this.thread = Thread.ofPlatform()
                .name("history-" + view.store().text())
                .daemon(true)
                .unstarted(this::run);
    }

    /// Begins to index. Before, and until the index is there, the past is not ready.
    public void start() {
        thread.start();
    }

    /// The revision up to which the past is known; -1 while nothing is.
    public long reached() {
        return reached;
    }

    @Override
    public Snapshot at(long revision) throws RevisionGone, PastNotReady {
        return index(revision).at(revision);
    }

    @Override
    public Page changes(String group, String resource, long after, int count) throws RevisionGone, PastNotReady {
        HistoryIndex index = index(after + 1);
        return index.changes(group, resource, after, count, reached);
    }

    private HistoryIndex index(long revision) throws PastNotReady {
        HistoryIndex index = ready;
        if (index == null || revision > reached) {
            throw new PastNotReady(revision, reached);
        }
        return index;
    }

    private void run() {
        while (!closed) {
            try {
                follow();
            } catch (DamagedIndex damaged) {
                retire();
                delete();
                // Should it not go away, it is not looked at again and again.
                pause(damaged);
            } catch (IOException | UncheckedIOException | JournalUnavailable | ReplayRefused problem) {
                pause(problem);
            } catch (RevisionGone moved) {
                LOG.info("the journal of {} was truncated while it was indexed", store());
            } catch (InterruptedException | IllegalStateException ending) {
                pause(ending);
            } finally {
                retire();
            }
        }
    }

    private void pause(Exception why) {
        if (closed) {
            return;
        }
        LOG.warn("the history index of {} pauses", store(), why);
        try {
            Thread.sleep(AGAIN_AFTER);
        } catch (InterruptedException _) {
            LOG.debug("the history index of {} ends", store());
        }
    }

    private String store() {
        return view.store().text();
    }

    private void follow() throws IOException, JournalUnavailable, RevisionGone, InterruptedException, ReplayRefused {
        HistoryIndex index = openFitting();
        reached = known(index).revision();
        ready = index;
        LOG.info(
                "the history of {} is known from revision {} to {}",
                store(),
                known(index).base().revision(),
                reached);
        long looked = System.nanoTime();
        index.forgetBefore(past.journal().start());
        while (!closed) {
            if (index.damaged()) {
                throw new DamagedIndex(directory + " has rows that cannot be read", null);
            }
            long newest = view.snapshot().revision();
            List<List<Change>> more;
            try {
                more = view.changesAfter(reached, RECORDS_MAX);
            } catch (RevisionGone _) {
                replay(index);
                continue;
            }
            if (!more.isEmpty()) {
                index.add(more);
                reached = known(index).revision();
                continue;
            }
            reached = Math.max(reached, newest);
            awaitMore(newest);
            if (System.nanoTime() - looked > LOOK_AT_THE_START_EVERY.toNanos()) {
                index.forgetBefore(past.journal().start());
                looked = System.nanoTime();
            }
        }
    }

    private void awaitMore(long newest) throws InterruptedException {
        try {
            view.awaitRevision(newest + 1, LOOK_AT_THE_START_EVERY);
            Thread.sleep(LINGER);
        } catch (TimeoutException _) {
            LOG.trace("nothing new in {}", store());
        }
    }

    private static Extent known(HistoryIndex index) {
        Extent extent = index.extent();
        if (extent == null) {
            throw new IllegalStateException("the index has not begun");
        }
        return extent;
    }

    // --- where to go on

    /// The index in the directory if it fits the journal, else a new one.
    private HistoryIndex openFitting() throws IOException, JournalUnavailable, ReplayRefused {
        HistoryIndex index = open();
        Extent extent = index.extent();
        String why = extent == null ? "there is none yet" : misfit(extent);
        if (why == null) {
            return index;
        }
        LOG.info("the history of {} is indexed anew: {}", store(), why);
        retire();
        delete();
        HistoryIndex fresh = open();
        fresh.begin(past.journal().topicId(), past.oldest());
        return fresh;
    }

    private HistoryIndex open() throws IOException {
        HistoryIndex index = HistoryIndex.open(directory);
        opened = index;
        return index;
    }

    /// Why an index cannot be gone on with; null when it can, or when only a replay can tell.
    private @Nullable String misfit(Extent extent) throws JournalUnavailable {
        if (!extent.topicId().equals(past.journal().topicId())) {
            return "it is of another journal";
        }
        if (extent.revision() > view.snapshot().revision()) {
            return "it knows revision %d, which the journal does not have".formatted(extent.revision());
        }
        if (extent.position() + 1 < past.journal().start()) {
            return "the journal begins after it";
        }
        try {
            return view.at(extent.revision()).hash().equals(extent.hash().toString()) ? null : differs(extent);
        } catch (RevisionGone _) {
            return null;
        }
    }

    private static String differs(Extent extent) {
        return "its objects are not the journal's at revision " + extent.revision();
    }

    /// Adds what lies between the index and the view's window.
    private void replay(HistoryIndex index)
            throws IOException, JournalUnavailable, RevisionGone, InterruptedException, ReplayRefused {
        Extent extent = known(index);
        State begin = past.before(extent.position());
        if (begin == null) {
            throw new DamagedIndex("no checkpoint reaches back to revision " + extent.revision(), null);
        }
        LOG.info("the history of {} goes on at revision {}, from the journal", store(), extent.revision());
        State before = begin;
        boolean joined = false;
        try (ReplayFollower replay = past.from(begin)) {
            while (!closed && !held(reached)) {
                var more = new ArrayList<List<Change>>();
                for (Step.Next step : replay.next()) {
                    List<Change> changes = step.applied().changes();
                    if (!changes.isEmpty() && changes.getLast().revision() > extent.revision()) {
                        if (!joined && !before.stateHash().equals(extent.hash())) {
                            throw new DamagedIndex(differs(extent), null);
                        }
                        joined = true;
                        more.add(changes);
                    }
                    before = step.state();
                }
                index.add(more);
                // A jump raises the revision without a change.
                reached = Math.max(reached, before.revision());
            }
        }
    }

    private boolean held(long revision) {
        try {
            view.changesAfter(revision, 0);
            return true;
        } catch (RevisionGone _) {
            return false;
        }
    }

    private void delete() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException | UncheckedIOException problem) {
            LOG.warn("{} cannot be deleted: {}", directory, problem.getMessage());
        }
    }

    private void retire() {
        ready = null;
        reached = -1;
        HistoryIndex index = opened;
        opened = null;
        if (index != null) {
            index.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
