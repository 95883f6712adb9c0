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

    /// What to do about it that a request for this key was refused, before the key waits to be looked at again:
    /// to say so in the object's status, for instance. Nothing unless a controller has something to say. As pure as
    /// the rest: what was refused is in the journal.
    default Decision refused(Key key, Refusal refusal, Tables tables, Instant now) {
        return Decision.none();
    }
}
