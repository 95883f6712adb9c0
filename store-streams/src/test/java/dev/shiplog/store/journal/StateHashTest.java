package dev.shiplog.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.journal.Key;
import dev.shiplog.store.Entry;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StateHashTest {

    private static Entry entry(String name, long revision, long schema, String value) {
        return new Entry(
                new Key("", "configmaps", "default", name), revision, schema, value.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void doesNotDependOnTheOrderAndForgetsWhatIsTakenAway() {
        Entry a = entry("a", 1, 7, "one");
        Entry b = entry("b", 2, 7, "two");
        Entry c = entry("c", 3, 7, "three");

        StateHash all = StateHash.EMPTY.plus(a).plus(b).plus(c);

        assertThat(StateHash.EMPTY.plus(c).plus(a).plus(b)).isEqualTo(all);
        assertThat(all.minus(b)).isEqualTo(StateHash.EMPTY.plus(a).plus(c));
        assertThat(all.minus(a).minus(b).minus(c)).isEqualTo(StateHash.EMPTY);
    }

    @Test
    void differsWhenAnyPartOfAnEntryDiffers() {
        List<Entry> entries = List.of(
                entry("a", 1, 7, "one"),
                entry("b", 1, 7, "one"),
                entry("a", 2, 7, "one"),
                entry("a", 1, 8, "one"),
                entry("a", 1, 7, "onE"),
                entry("a", 1, 7, "one\0"),
                entry("a", 1, 7, ""),
                new Entry(new Key("a", "", "", ""), 1, 7, new byte[0]),
                new Entry(new Key("", "a", "", ""), 1, 7, new byte[0]));
        Set<StateHash> hashes = new HashSet<>();

        entries.forEach(each -> hashes.add(StateHash.of(each)));

        assertThat(hashes).hasSameSizeAs(entries);
    }
}
