package dev.shiplog.store.reconcile;

import dev.shiplog.journal.Key;
import dev.shiplog.schemas.Typed;
import dev.shiplog.store.Entry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Decoded objects, the most recently used [#OBJECTS_MAX] of them; tables hold bytes. One per host, any thread.
public final class ObjectCache {
    public static final int OBJECTS_MAX = 20_000;

    private final Function<Entry, Typed> decoder;
    private final Map<Key, Row<?>> rows = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Row<?>> eldest) {
            return size() > OBJECTS_MAX;
        }
    };

    public ObjectCache(Function<Entry, Typed> decoder) {
        this.decoder = decoder;
    }

    synchronized Row<?> row(Entry entry) {
        @Nullable Row<?> known = rows.get(entry.key());
        if (known != null && known.revision() == entry.revision()) {
            return known;
        }
        Row<?> row = new Row<>(entry.key(), entry.revision(), decoder.apply(entry));
        rows.put(entry.key(), row);
        return row;
    }

    synchronized void forget(Key key) {
        rows.remove(key);
    }
}
