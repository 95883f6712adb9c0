package dev.shiplog.store.reconcile;

import dev.shiplog.journal.Key;
import java.time.Instant;
import java.util.Set;
import java.util.function.Consumer;

/// A controller: a pure function from a key, the tables and the time to what should be asked for. It sees levels, not
/// edges: which change woke it does not matter. No clock, randomness, I/O or thread; what it needs is in the tables.
public interface Reconciler {

    /// The component, as requests, metrics and `--controllers` name it.
    String name();

    /// The tables that it reads.
    Set<Resource<?>> reads();

    /// Names the keys to look at again because of a change.
    void concerned(Changed changed, Tables tables, Consumer<Key> keys);

    /// Compares what should be with what is.
    Decision reconcile(Key key, Tables tables, Instant now);
}
