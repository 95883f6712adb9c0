package dev.shiplog.api.admission;

import dev.shiplog.journal.Condition;
import dev.shiplog.journal.Guard;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Mutation;
import dev.shiplog.journal.Operation;
import dev.shiplog.store.Entry;
import dev.shiplog.store.Snapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A transaction in the making: what it will change and demand, on top of the snapshot it is decided from.
///
/// Reads see what the draft itself has changed so far, so that several changes of one transaction do not take the same
/// address twice. A key that the transaction mutates carries no guard: its own expectation is one.
public final class Draft {
    /// The schema of values that are no objects: internal keys.
    public static final long NO_SCHEMA = 0;

    private static final byte[] NOTHING = new byte[0];

    private final Snapshot base;
    private final Map<Key, Mutation> mutations = new LinkedHashMap<>();
    private final Map<Key, Guard> guards = new LinkedHashMap<>();

    public Draft(Snapshot base) {
        this.base = base;
    }

    /// The state below this draft.
    public Snapshot base() {
        return base;
    }

    /// The entry as it will be after what is drafted so far. One that the draft itself wrote has revision 0.
    public @Nullable Entry get(Key key) {
        Mutation drafted = mutations.get(key);
        if (drafted == null) {
            return base.get(key);
        }
        byte[] value = drafted.value();
        return value == null ? null : new Entry(key, 0, drafted.schema(), value);
    }

    public boolean has(Key key) {
        return get(key) != null;
    }

    /// The revision of a key in the state below, 0 when it is absent there.
    public long revision(Key key) {
        Entry entry = base.get(key);
        return entry == null ? 0 : entry.revision();
    }

    public boolean mutates(Key key) {
        return mutations.containsKey(key);
    }

    public void put(Key key, String verb, String subresource, long schema, byte[] value) {
        mutate(mutation(key, Operation.PUT, verb, subresource)
                .schema(schema)
                .value(value)
                .build());
    }

    public void delete(Key key, String verb) {
        mutate(mutation(key, Operation.DELETE, verb, "").build());
    }

    /// Takes an internal key for an owner, whose name is kept as its value.
    public void claim(Key key, byte[] owner) {
        put(key, "create", "", NO_SCHEMA, owner);
    }

    public void open(Key key) {
        claim(key, NOTHING);
    }

    /// Gives an internal key back, if it is there.
    public void release(Key key) {
        if (mutations.containsKey(key)) {
            mutations.remove(key);
        }
        if (base.get(key) != null) {
            delete(key, "delete");
        }
    }

    public void demand(Key key, Condition condition, long revision) {
        if (!mutations.containsKey(key)) {
            guards.put(key, new Guard(key, condition, revision));
        }
    }

    public void demandPresent(Key key) {
        demand(key, Condition.PRESENT, 0);
    }

    public List<Mutation> mutations() {
        return new ArrayList<>(mutations.values());
    }

    public List<Guard> guards() {
        return new ArrayList<>(guards.values());
    }

    public boolean empty() {
        return mutations.isEmpty();
    }

    /// The place of a key among the mutations, which is the distance of its revision from the first one's.
    public int indexOf(Key key) {
        int index = 0;
        for (Key mutated : mutations.keySet()) {
            if (mutated.equals(key)) {
                return index;
            }
            index++;
        }
        return -1;
    }

    private Mutation.Builder mutation(Key key, Operation operation, String verb, String subresource) {
        return Mutation.builder()
                .key(key)
                .operation(operation)
                .verb(verb)
                .subresource(subresource.isEmpty() ? null : subresource)
                .expect(revision(key));
    }

    private void mutate(Mutation mutation) {
        guards.remove(mutation.key());
        mutations.put(mutation.key(), mutation);
    }
}
