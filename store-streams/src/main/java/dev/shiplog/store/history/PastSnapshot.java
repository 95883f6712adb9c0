package dev.shiplog.store.history;

import dev.shiplog.journal.Key;
import dev.shiplog.store.Entry;
import dev.shiplog.store.Snapshot;
import dev.shiplog.store.journal.StateHash;
import java.time.Instant;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// A store as of a revision, read from its index while it is looked at. The past does not change, so nothing is held.
final class PastSnapshot implements Snapshot {
    private static final int CHUNK = 256;
    private static final byte[] ALL = new byte[0];

    private final HistoryIndex index;
    private final long revision;
    private final long position;
    private final long timeMillis;

    PastSnapshot(HistoryIndex index, long revision, long position, long timeMillis) {
        this.index = index;
        this.revision = revision;
        this.position = position;
        this.timeMillis = timeMillis;
    }

    /// The position of the last record that changed something by then.
    @Override
    public long position() {
        return position;
    }

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public Instant time() {
        return Instant.ofEpochMilli(timeMillis);
    }

    @Override
    public @Nullable Entry get(Key key) {
        return index.get(key, revision);
    }

    @Override
    public Iterable<Entry> list(String group, String resource, String namespace, @Nullable Key after) {
        byte[] prefix =
                namespace.isEmpty() ? Rows.resource(group, resource) : Rows.namespace(group, resource, namespace);
        byte[] from = after == null ? prefix : Rows.behind(Rows.object(after));
        return () -> new Chunks(prefix, from);
    }

    /// Takes as long as a list.
    @Override
    public long count(String group, String resource) {
        long count = 0;
        for (Entry _ : list(group, resource, "")) {
            count++;
        }
        return count;
    }

    @Override
    public Iterable<Entry> all() {
        return () -> new Chunks(ALL, ALL);
    }

    /// Takes as long as reading everything.
    @Override
    public String hash() {
        StateHash hash = StateHash.EMPTY;
        for (Entry entry : all()) {
            hash = hash.plus(entry);
        }
        return hash.toString();
    }

    /// Reads some entries at once and then lets go of the index, for whoever iterates may never come to the end.
    private final class Chunks implements Iterator<Entry> {
        private final byte[] prefix;
        private byte[] from;
        private Iterator<Entry> chunk = Collections.emptyIterator();
        private boolean last;

        Chunks(byte[] prefix, byte[] from) {
            this.prefix = prefix;
            this.from = from;
        }

        @Override
        public boolean hasNext() {
            if (!chunk.hasNext() && !last) {
                List<Entry> next = index.list(prefix, from, revision, CHUNK);
                last = next.size() < CHUNK;
                if (!last) {
                    from = Rows.behind(Rows.object(next.getLast().key()));
                }
                chunk = next.iterator();
            }
            return chunk.hasNext();
        }

        @Override
        public Entry next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return chunk.next();
        }
    }
}
