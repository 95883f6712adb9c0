package dev.shiplog.store.journal;

import dev.shiplog.journal.Key;
import dev.shiplog.schemas.Keys;
import dev.shiplog.store.Entry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The entries of a store, a tree for each resource, in key order. Immutable.
final class Tables {

    static final Tables EMPTY = new Tables(new Table[0]);

    /// Sorted; there are few, so a change copies the row of them.
    private final Table[] tables;

    private Tables(Table[] tables) {
        this.tables = tables;
    }

    private record Table(String group, String resource, EntryTree entries) {
        Table with(EntryTree changed) {
            return new Table(group, resource, changed);
        }
    }

    EntryTree of(String group, String resource) {
        int at = find(group, resource);
        return at < 0 ? EntryTree.EMPTY : tables[at].entries;
    }

    /// An equal key that shares group, resource and namespace with the entries around its place.
    Key sharing(Key key) {
        int at = find(key.group(), key.resource());
        if (at < 0) {
            return key;
        }
        Table table = tables[at];
        Iterator<Entry> namesakes = table.entries.from(key.namespace(), "");
        String namespace = namesakes.hasNext() ? namesakes.next().key().namespace() : "";
        return new Key(
                table.group,
                table.resource,
                namespace.equals(key.namespace()) ? namespace : key.namespace(),
                key.name());
    }

    /// With a resource's entries replaced.
    Tables with(String group, String resource, EntryTree entries) {
        int at = find(group, resource);
        if (at >= 0) {
            Table[] copy = tables.clone();
            copy[at] = copy[at].with(entries);
            return new Tables(copy);
        }
        List<Table> more = new ArrayList<>(List.of(tables));
        more.add(-at - 1, new Table(group, resource, entries));
        return new Tables(more.toArray(Table[]::new));
    }

    long size() {
        long size = 0;
        for (Table table : tables) {
            size += table.entries.size();
        }
        return size;
    }

    Map<String, Long> countsByResource() {
        Map<String, Long> counts = new TreeMap<>();
        for (Table table : tables) {
            if (!table.group.equals(Keys.INTERNAL)) {
                counts.put(table.group.isEmpty() ? table.resource : table.resource + "." + table.group, (long)
                        table.entries.size());
            }
        }
        return counts;
    }

    /// All entries in key order.
    Iterator<Entry> all() {
        return new Iterator<>() {
            private int next;
            private Iterator<Entry> entries = Collections.emptyIterator();

            @Override
            public boolean hasNext() {
                while (!entries.hasNext() && next < tables.length) {
                    entries = tables[next++].entries.from("", "");
                }
                return entries.hasNext();
            }

            @Override
            public Entry next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return entries.next();
            }
        };
    }

    /// The entries of one resource, in one namespace or (when empty) in all, that come after a key.
    Iterator<Entry> list(String group, String resource, String namespace, @Nullable Key after) {
        EntryTree entries = of(group, resource);
        Iterator<Entry> from =
                after == null ? entries.from(namespace, "") : entries.from(after.namespace(), after.name() + '\0');
        return namespace.isEmpty() ? from : new WithinNamespace(from, namespace);
    }

    private int find(String group, String resource) {
        int low = 0;
        int high = tables.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = tables[middle].group.compareTo(group);
            if (order == 0) {
                order = tables[middle].resource.compareTo(resource);
            }
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }

    private static final class WithinNamespace implements Iterator<Entry> {
        private final Iterator<Entry> entries;
        private final String namespace;
        private @Nullable Entry next;

        WithinNamespace(Iterator<Entry> entries, String namespace) {
            this.entries = entries;
            this.namespace = namespace;
            advance();
        }

        private void advance() {
            Entry entry = entries.hasNext() ? entries.next() : null;
            next = entry != null && entry.key().namespace().equals(namespace) ? entry : null;
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public Entry next() {
            Entry entry = next;
            if (entry == null) {
                throw new NoSuchElementException();
            }
            advance();
            return entry;
        }
    }
}
