package dev.shiplog.store.history;

import dev.shiplog.journal.Jump;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Mutation;
import dev.shiplog.journal.Noop;
import dev.shiplog.journal.Operation;
import dev.shiplog.journal.Origin;
import dev.shiplog.journal.Transaction;
import dev.shiplog.store.Entry;
import dev.shiplog.store.journal.Replica;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/// A random history of a few objects of several resources, some with names that begin like others.
final class Tale {
    static final List<String> RESOURCES = List.of("configmaps", "configmapsx", "pods");
    static final List<String> NAMESPACES = List.of("", "a", "a-b", "a\0b", "b");
    private static final List<String> NAMES = List.of("n", "n-1", "n.1", "n\0", "nn", "\u00fc", "z");

    final Replica replica = Replica.opened();
    private Random random;

    Tale(long seed) {
        random = new Random(seed);
    }

    /// From here on it goes another way.
    void turns(long seed) {
        random = new Random(seed);
    }

    static List<Key> keys() {
        var keys = new ArrayList<Key>();
        for (String resource : RESOURCES) {
            for (String namespace : NAMESPACES) {
                for (String name : NAMES) {
                    keys.add(new Key(resource.equals("pods") ? "" : "g", resource, namespace, name));
                }
            }
        }
        return keys;
    }

    void goesOn(int records) {
        for (int i = 0; i < records; i++) {
            switch (random.nextInt(20)) {
                case 0 -> replica.given(new Noop());
                case 1 -> replica.given(new Jump(replica.state().revision() + random.nextInt(5)));
                default -> replica.given(transaction());
            }
        }
    }

    private Transaction transaction() {
        Set<Key> keys = new LinkedHashSet<>();
        List<Key> all = keys();
        int count = 1 + random.nextInt(4);
        while (keys.size() < count) {
            keys.add(all.get(random.nextInt(all.size())));
        }
        boolean fails = random.nextInt(10) == 0;
        var mutations = new ArrayList<Mutation>();
        for (Key key : keys) {
            Entry entry = replica.state().get(key);
            long expect = entry == null ? 0 : entry.revision();
            mutations.add(mutation(key, fails ? expect + 1 : expect, entry != null && random.nextInt(3) == 0));
        }
        Origin origin =
                Origin.EMPTY.toBuilder().actor("user-" + random.nextInt(5)).build();
        return new Transaction(new UUID(random.nextLong(), 0), origin, List.of(), mutations);
    }

    private Mutation mutation(Key key, long expect, boolean delete) {
        byte[] value = ("v" + random.nextInt()).getBytes(StandardCharsets.UTF_8);
        return Mutation.builder()
                .key(key)
                .operation(delete ? Operation.DELETE : Operation.PUT)
                .verb(delete ? "delete" : "update")
                .expect(expect)
                .value(delete ? null : value)
                .build();
    }
}
