package dev.shiplog.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.journal.Key;
import dev.shiplog.schemas.Keys;
import dev.shiplog.store.Entry;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntryTreeTest {
    private static final int NAMES = 3_000;

    private EntryTree tree = EntryTree.EMPTY;
    private final TreeMap<Key, Entry> map = new TreeMap<>(Keys.ORDER);

    private static Key key(int number) {
        return new Key("", "configmaps", "ns" + number % 3, "name" + number);
    }

    private void put(Key key, long revision) {
        var entry = new Entry(key, revision, 0, new byte[0]);
        tree = map.put(key, entry) == null ? tree.add(entry) : tree.replace(entry);
    }

    private void remove(Key key) {
        if (map.remove(key) != null) {
            tree = tree.remove(key);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void isASortedMap(long seed) {
        var random = new Random(seed);
        for (int step = 0; step < 30_000; step++) {
            Key key = key(random.nextInt(NAMES));
            // grows, then shrinks, again and again
            if (random.nextInt(10) < (step / 5_000 % 2 == 0 ? 8 : 2)) {
                put(key, step);
            } else {
                remove(key);
            }
            assertThat(tree.size()).isEqualTo(map.size());
            if (step % 997 == 0) {
                Key from = key(random.nextInt(NAMES));
                assertThat(tree.from(from.namespace(), from.name()))
                        .toIterable()
                        .containsExactlyElementsOf(map.tailMap(from).values());
                assertThat(tree.get(from)).isEqualTo(map.get(from));
            }
        }
        map.forEach((key, entry) -> assertThat(tree.get(key)).isSameAs(entry));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12})
    void everyVersionStaysAsItWas(long seed) {
        var random = new Random(seed);
        IdentityHashMap<EntryTree, List<Entry>> versions = new IdentityHashMap<>();
        for (int step = 0; step < 5_000; step++) {
            Key key = key(random.nextInt(500));
            if (random.nextBoolean()) {
                put(key, step);
            } else {
                remove(key);
            }
            if (step % 100 == 0) {
                versions.put(tree, new ArrayList<>(map.values()));
            }
        }
        versions.forEach((version, entries) ->
                assertThat(version.from("", "")).toIterable().containsExactlyElementsOf(entries));
    }
}
