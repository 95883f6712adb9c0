package dev.shiplog.store;

import dev.shiplog.journal.Key;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The state of one store just after one journal position. Immutable, free to take, safe for any thread.
public interface Snapshot {

    /// The last journal offset that is applied, -1 before the first.
    long position();

    /// The store's revision counter.
    long revision();

    /// Journal time: the greatest log-append time seen. It never falls.
    Instant time();

    @Nullable
    Entry get(Key key);

    /// The entries of one resource in key order (namespace, then name). An empty namespace means all.
    /// `after` is exclusive and may be null; it is where a page continues.
    Iterable<Entry> list(String group, String resource, String namespace, @Nullable Key after);

    default Iterable<Entry> list(String group, String resource, String namespace) {
        return list(group, resource, namespace, null);
    }

    /// How many entries of a resource there are, over all namespaces.
    long count(String group, String resource);

    /// All entries, internal keys included, in key order.
    Iterable<Entry> all();

    /// The incremental hash of the state (DESIGN, store protocol 3), 32 hexadecimal digits.
    String hash();
}
