package dev.shiplog.store.verify;

import dev.shiplog.schemas.Keys;
import dev.shiplog.store.Entry;
import dev.shiplog.store.Snapshot;
import java.util.Arrays;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/// Finds where two states part.
final class Differences {
    private Differences() {}

    /// The first key, in key order, that the two have differently; null when they are equal.
    ///
    /// @param here what the first is called
    /// @param there what the second is called
    static @Nullable String first(String here, Snapshot a, String there, Snapshot b) {
        Iterator<Entry> left = a.all().iterator();
        Iterator<Entry> right = b.all().iterator();
        while (left.hasNext() && right.hasNext()) {
            Entry mine = left.next();
            Entry other = right.next();
            int order = Keys.ORDER.compare(mine.key(), other.key());
            if (order != 0) {
                return order < 0 ? only(mine, here, there) : only(other, there, here);
            }
            String difference = between(mine, here, other, there);
            if (difference != null) {
                return Keys.text(mine.key()) + ": " + difference;
            }
        }
        if (left.hasNext()) {
            return only(left.next(), here, there);
        }
        return right.hasNext() ? only(right.next(), there, here) : null;
    }

    private static String only(Entry entry, String has, String lacks) {
        return "%s: %s has it at revision %d, %s does not"
                .formatted(Keys.text(entry.key()), has, entry.revision(), lacks);
    }

    /// How two entries of one key differ; null when they do not.
    static @Nullable String between(Entry mine, String here, Entry other, String there) {
        if (mine.revision() != other.revision()) {
            return "%s has revision %d, %s has %d".formatted(here, mine.revision(), there, other.revision());
        }
        if (mine.schema() != other.schema() || !Arrays.equals(mine.value(), other.value())) {
            return "%s and %s have another value at revision %d".formatted(here, there, mine.revision());
        }
        return null;
    }
}
