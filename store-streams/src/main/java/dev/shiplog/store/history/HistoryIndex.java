package dev.shiplog.store.history;

import dev.shiplog.journal.Key;
import dev.shiplog.store.Change;
import dev.shiplog.store.Entry;
import dev.shiplog.store.Past;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.history.RowStore.Family;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.journal.StateHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Every version of every object of one store, by object and by resource. One thread adds; any may read.
final class HistoryIndex implements AutoCloseable {
    /// More is not written at once, but for a single transaction.
    private static final long BATCH_BYTES_MAX = 4L << 20;

    /// A page of changes ends when its values are longer.
    private static final long PAGE_BYTES_MAX = 8L << 20;

    private static final byte[] NOTHING = new byte[0];
    private static final byte[] THE_EXTENT = {0};

    private final RowStore rows;
    private volatile @Nullable Extent extent;

    private HistoryIndex(RowStore rows) {
        this.rows = rows;
        this.extent = Extent.read(rows.get(Family.EXTENT, THE_EXTENT));
    }

    static HistoryIndex open(Path directory) throws IOException {
        return new HistoryIndex(RowStore.open(directory));
    }

    /// What is covered; null while nothing is.
    @Nullable
    Extent extent() {
        return extent;
    }

    /// Whether it has rows that cannot be read.
    boolean damaged() {
        return rows.damaged();
    }

    private Extent known() {
        return Objects.requireNonNull(extent, "the index has not begun");
    }

    // --- adding

    /// Begins an empty index with a state: nothing older can be asked for.
    void begin(UUID topicId, State state) throws IOException {
        try (RowStore.Batch batch = rows.batch()) {
            for (Entry entry : state.all()) {
                batch.put(Family.VERSIONS, Rows.version(entry.key(), entry.revision()), value(entry));
                if (batch.bytes() > BATCH_BYTES_MAX) {
                    batch.write();
                }
            }
            var base = new Extent.Base(state.revision(), state.position(), state.timeMillis());
            commit(
                    batch,
                    new Extent(topicId, base, state.revision(), state.position(), state.revision(), state.stateHash()));
        }
    }

    /// Adds the changes of some records, oldest first, which come next after what is here.
    void add(List<List<Change>> records) throws IOException {
        Extent next = known();
        try (RowStore.Batch batch = rows.batch()) {
            for (List<Change> changes : records) {
                StateHash hash = next.hash();
                for (Change change : changes) {
                    put(batch, change);
                    hash = after(hash, change);
                }
                Change last = changes.getLast();
                TransactionRow transaction = TransactionRow.of(changes);
                batch.put(Family.TRANSACTIONS, Rows.number(last.position()), transaction.toBytes());
                next = next.reaching(last.position(), last.revision(), hash);
                if (batch.bytes() > BATCH_BYTES_MAX) {
                    commit(batch, next);
                }
            }
            commit(batch, next);
        }
    }

    private static void put(RowStore.Batch batch, Change change) throws IOException {
        Key key = change.key();
        Entry now = change.now();
        batch.put(Family.VERSIONS, Rows.version(key, change.revision()), now == null ? NOTHING : value(now));
        batch.put(
                Family.CHANGES,
                Rows.number(change.revision()),
                ChangeRow.of(change).toBytes());
        batch.put(
                Family.RESOURCES, Rows.change(Rows.resource(key.group(), key.resource()), change.revision()), NOTHING);
    }

    private static StateHash after(StateHash hash, Change change) {
        Entry before = change.before();
        Entry now = change.now();
        StateHash rest = before == null ? hash : hash.minus(before);
        return now == null ? rest : rest.plus(now);
    }

    private void commit(RowStore.Batch batch, Extent next) throws IOException {
        batch.put(Family.EXTENT, THE_EXTENT, next.toBytes());
        batch.write();
        extent = next;
    }

    private static byte[] value(Entry entry) {
        return ByteBuffer.allocate(Long.BYTES + entry.value().length)
                .putLong(entry.schema())
                .put(entry.value())
                .array();
    }

    // --- forgetting

    /// Forgets what came before an offset of the journal. What nobody may ask for from here on is removed the next
    /// time,
    /// when nobody who was allowed to is still reading.
    void forgetBefore(long offset) throws IOException {
        remove();
        Extent.Base base = baseBefore(offset);
        if (base != null) {
            try (RowStore.Batch batch = rows.batch()) {
                commit(batch, known().beginning(base));
            }
        }
    }

    private Extent.@Nullable Base baseBefore(long offset) {
        if (offset <= 0) {
            return null;
        }
        try (RowStore.Cursor cursor = rows.cursor(Family.TRANSACTIONS)) {
            cursor.seekBack(Rows.number(offset - 1));
            if (!cursor.here()) {
                return null;
            }
            TransactionRow last = TransactionRow.read(cursor.value());
            return last.last() > known().base().revision()
                    ? new Extent.Base(
                            last.last(), Rows.number(cursor.key()), last.time().toEpochMilli())
                    : null;
        }
    }

    /// A version goes when another has taken its place by the base, and a deletion when it has happened by then.
    private void remove() throws IOException {
        long base = known().base().revision();
        if (known().trimmed() >= base) {
            return;
        }
        try (RowStore.Cursor cursor = rows.cursor(Family.CHANGES);
                RowStore.Batch batch = rows.batch()) {
            cursor.seek(Rows.number(known().trimmed() + 1));
            for (; cursor.here() && Rows.number(cursor.key()) <= base; cursor.next()) {
                remove(batch, Rows.number(cursor.key()), ChangeRow.read(cursor.value()));
                if (batch.bytes() > BATCH_BYTES_MAX) {
                    commit(batch, known().trimmedTo(Rows.number(cursor.key())));
                }
            }
            commit(batch, known().trimmedTo(base));
        }
    }

    private static void remove(RowStore.Batch batch, long revision, ChangeRow row) throws IOException {
        Key key = row.key();
        if (row.previous() != 0) {
            batch.delete(Family.VERSIONS, Rows.version(key, row.previous()));
        }
        if (row.deleted()) {
            batch.delete(Family.VERSIONS, Rows.version(key, revision));
        }
        batch.delete(Family.CHANGES, Rows.number(revision));
        batch.delete(Family.RESOURCES, Rows.change(Rows.resource(key.group(), key.resource()), revision));
        batch.delete(Family.TRANSACTIONS, Rows.number(row.position()));
    }

    // --- reading

    /// The state as of a revision.
    PastSnapshot at(long revision) throws RevisionGone {
        Extent.Base base = requireHeld(revision);
        try (RowStore.Cursor cursor = rows.cursor(Family.CHANGES)) {
            cursor.seekBack(Rows.number(revision));
            if (cursor.here() && Rows.number(cursor.key()) > base.revision()) {
                long position = ChangeRow.read(cursor.value()).position();
                long millis = transaction(position).time().toEpochMilli();
                return new PastSnapshot(this, revision, position, millis);
            }
        }
        return new PastSnapshot(this, revision, base.position(), base.millis());
    }

    private Extent.Base requireHeld(long revision) throws RevisionGone {
        Extent.Base base = known().base();
        if (revision < base.revision()) {
            throw new RevisionGone(revision, base.revision());
        }
        return base;
    }

    /// The version of an object that a revision shows.
    @Nullable
    Entry get(Key key, long revision) {
        byte[] object = Rows.object(key);
        try (RowStore.Cursor cursor = rows.cursor(Family.VERSIONS)) {
            cursor.seek(Rows.version(object, revision));
            return cursor.here() && Rows.begins(cursor.key(), object) ? entry(key, cursor) : null;
        }
    }

    /// Objects that a revision shows, in the order of their keys.
    ///
    /// @param prefix what the rows of those begin with that are asked for
    /// @param from where to begin
    List<Entry> list(byte[] prefix, byte[] from, long revision, int count) {
        var found = new ArrayList<Entry>();
        try (RowStore.Cursor cursor = rows.cursor(Family.VERSIONS)) {
            cursor.seek(from);
            while (found.size() < count && cursor.here() && Rows.begins(cursor.key(), prefix)) {
                byte[] object = Rows.object(cursor.key());
                if (Rows.revision(cursor.key()) > revision) {
                    cursor.seek(Rows.version(object, revision));
                    continue;
                }
                Entry entry = entry(Rows.key(object), cursor);
                if (entry != null) {
                    found.add(entry);
                }
                cursor.next();
                if (cursor.here() && Rows.begins(cursor.key(), object)) {
                    cursor.seek(Rows.behind(object));
                }
            }
        }
        return found;
    }

    private static @Nullable Entry entry(Key key, RowStore.Cursor at) {
        byte[] value = at.value();
        if (value.length == 0) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.wrap(value);
        long schema = bytes.getLong();
        byte[] object = new byte[bytes.remaining()];
        bytes.get(object);
        return new Entry(key, Rows.revision(at.key()), schema, object);
    }

    /// Changes of a resource after a revision, oldest first: `count` at most, and fewer when their values are very
    /// large.
    ///
    /// @param reached the revision up to which everything is here
    Past.Page changes(String group, String resource, long after, int count, long reached) throws RevisionGone {
        requireHeld(after);
        byte[] prefix = Rows.resource(group, resource);
        var revisions = new ArrayList<Long>();
        try (RowStore.Cursor cursor = rows.cursor(Family.RESOURCES)) {
            cursor.seek(Rows.change(prefix, after + 1));
            for (; revisions.size() < count && cursor.here() && Rows.begins(cursor.key(), prefix); cursor.next()) {
                revisions.add(Rows.number(cursor.key()));
            }
        }
        Map<Long, TransactionRow> transactions = new HashMap<>();
        var changes = new ArrayList<Change>(revisions.size());
        long bytes = 0;
        for (long revision : revisions) {
            if (bytes > PAGE_BYTES_MAX) {
                return new Past.Page(changes, changes.getLast().revision());
            }
            ChangeRow row = ChangeRow.read(required(Family.CHANGES, revision));
            Entry before = row.previous() == 0 ? null : get(row.key(), row.previous());
            Entry now = row.deleted() ? null : get(row.key(), revision);
            bytes += length(before) + length(now);
            changes.add(
                    row.change(revision, before, now, transactions.computeIfAbsent(row.position(), this::transaction)));
        }
        return new Past.Page(
                changes, changes.size() < count ? reached : changes.getLast().revision());
    }

    private static long length(@Nullable Entry entry) {
        return entry == null ? 0 : entry.value().length;
    }

    private TransactionRow transaction(long position) {
        return TransactionRow.read(required(Family.TRANSACTIONS, position));
    }

    private byte[] required(Family family, long number) {
        byte[] row = rows.get(family, Rows.number(number));
        if (row == null) {
            throw new IllegalStateException("the history index lacks %d of %s".formatted(number, family));
        }
        return row;
    }

    @Override
    public void close() {
        rows.close();
    }
}
