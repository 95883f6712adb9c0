package dev.shiplog.store.journal;

import dev.shiplog.journal.JournalRecord;
import dev.shiplog.journal.Mutation;
import dev.shiplog.journal.Transaction;
import dev.shiplog.store.Applied;
import dev.shiplog.store.Change;
import dev.shiplog.store.Entry;
import dev.shiplog.store.RevisionGone;
import java.util.List;
import java.util.function.ToLongFunction;

/// The recent past of a store: its last records, its last mutations, and thereby the state at each revision
/// since.
///
/// A past state is made from the next kept sample by undoing changes. It shares its entries with the changes,
/// so the window costs little more than the values that it keeps alive. Not safe for several threads.
final class Window {

    /// How many records are held at most, whether or not they changed anything.
    static final int RECORDS_MAX = 16_384;

    /// How many bytes of values the changes keep at most, and the records as well: a window of large objects is
    /// shorter.
    static final long BYTES_MAX = 256L << 20;

    private static final int SAMPLE_EVERY = 1_024;

    private final int mutationsMin;
    private final long bytesMax;
    private final Ring<Applied> records = new Ring<>();
    private final Ring<List<Change>> changes = new Ring<>();
    private final Ring<State> samples = new Ring<>();
    private int mutations;
    private long changesBytes;
    private long recordsBytes;
    private int sinceSample;
    private State newest;

    /// Where the changes held begin: the state there is the oldest that can be made.
    private Base base;

    private record Base(long revision, long position, long timeMillis) {}

    /// A window that begins at a state and keeps at least so many mutations.
    Window(State state, int mutationsMin) {
        this(state, mutationsMin, BYTES_MAX);
    }

    Window(State state, int mutationsMin, long bytesMax) {
        this.mutationsMin = mutationsMin;
        this.bytesMax = bytesMax;
        newest = state;
        base = new Base(state.revision(), state.position(), state.timeMillis());
    }

    State newest() {
        return newest;
    }

    void add(State state, Applied applied) {
        newest = state;
        records.add(applied);
        recordsBytes += bytes(applied);
        while (records.size() > RECORDS_MAX || (recordsBytes > bytesMax && records.size() > 1)) {
            recordsBytes -= bytes(records.dropFirst());
        }
        if (!applied.changes().isEmpty()) {
            changes.add(applied.changes());
            changesBytes += bytes(applied.changes());
            mutations += applied.changes().size();
            sample(state, applied.changes().size());
            forget();
        }
    }

    private static long bytes(Applied applied) {
        JournalRecord record = applied.record();
        if (record == null || !(record.body() instanceof Transaction transaction)) {
            return 0;
        }
        long bytes = 0;
        for (Mutation mutation : transaction.mutations()) {
            byte[] value = mutation.value();
            bytes += value == null ? 0 : value.length;
        }
        return bytes;
    }

    private static long bytes(List<Change> changes) {
        long bytes = 0;
        for (Change change : changes) {
            Entry now = change.now();
            bytes += now == null ? 0 : now.value().length;
        }
        return bytes;
    }

    private void sample(State state, int more) {
        sinceSample += more;
        if (sinceSample >= SAMPLE_EVERY) {
            samples.add(state);
            sinceSample = 0;
        }
    }

    private void forget() {
        while (changes.size() > 1 && (mutations - changes.get(0).size() >= mutationsMin || changesBytes > bytesMax)) {
            List<Change> dropped = changes.dropFirst();
            mutations -= dropped.size();
            changesBytes -= bytes(dropped);
            Change last = dropped.getLast();
            base = new Base(last.revision(), last.position(), last.time().toEpochMilli());
        }
        while (!samples.isEmpty() && samples.get(0).revision() < base.revision) {
            samples.dropFirst();
        }
    }

    /// The state at a revision that is not in the future.
    State at(long revision) throws RevisionGone {
        requireHeld(revision);
        int sample = firstNotBelow(samples, revision, State::revision);
        State state = sample < samples.size() ? samples.get(sample) : newest;
        if (state.revision() == revision) {
            return state;
        }
        int record = firstNotBelow(
                        changes, state.revision() + 1, list -> list.getLast().revision())
                - 1;
        for (; record >= 0; record--) {
            for (Change change : changes.get(record).reversed()) {
                if (change.revision() <= revision) {
                    return state.standingAt(
                            change.position(), revision, change.time().toEpochMilli());
                }
                state = state.undoing(change);
            }
        }
        return state.standingAt(base.position, revision, base.timeMillis);
    }

    /// Points of the history held, oldest first.
    List<RevisionSample> samples() {
        return samples.stream().map(RevisionSample::of).toList();
    }

    /// At most `count` records that come after a position.
    List<Applied> recordsAfter(long position, int count) throws RevisionGone {
        long oldest = records.isEmpty() ? newest.position() : records.get(0).position() - 1;
        if (position < oldest) {
            throw new RevisionGone(position, oldest);
        }
        int from = firstNotBelow(records, position + 1, Applied::position);
        return List.copyOf(records.subList(from, (int) Math.min((long) from + count, records.size())));
    }

    /// The changes of at most `count` records that have changes after a revision; the first may also have
    /// earlier ones.
    List<List<Change>> changesAfter(long revision, int count) throws RevisionGone {
        requireHeld(revision);
        int from = firstNotBelow(changes, revision + 1, list -> list.getLast().revision());
        return List.copyOf(changes.subList(from, (int) Math.min((long) from + count, changes.size())));
    }

    private void requireHeld(long revision) throws RevisionGone {
        if (revision < base.revision) {
            throw new RevisionGone(revision, base.revision);
        }
    }

    /// The index of the first element, in rising order, whose number is not below a bound.
    private static <T> int firstNotBelow(List<T> sorted, long bound, ToLongFunction<T> number) {
        int low = 0;
        int high = sorted.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (number.applyAsLong(sorted.get(middle)) < bound) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
