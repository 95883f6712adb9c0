package dev.shiplog.schemas;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A map from text that does not change and iterates in key order: two arrays, looked up by halving.
/// Every map of a generated record is one, so equal records have equal bytes without sorting again.
public final class FrozenMap<V> extends AbstractMap<String, V> {
    private static final FrozenMap<?> EMPTY = new FrozenMap<>(new String[0], new Object[0]);

    private final String[] keys;
    private final Object[] values;

    private FrozenMap(String[] keys, Object[] values) {
        this.keys = keys;
        this.values = values;
    }

    @SuppressWarnings("unchecked") // an empty map has no value of a wrong type
    public static <V> FrozenMap<V> of() {
        return (FrozenMap<V>) EMPTY;
    }

    public static <V> FrozenMap<V> copyOf(Map<String, ? extends V> map) {
        if (map instanceof FrozenMap<?> frozen) {
            @SuppressWarnings("unchecked") // it does not change, so its values stay of a subtype of V
            FrozenMap<V> same = (FrozenMap<V>) frozen;
            return same;
        }
        if (map.isEmpty()) {
            return of();
        }
        TreeMap<String, V> sorted = new TreeMap<>(map);
        String[] keys = sorted.keySet().toArray(new String[0]);
        Object[] values = sorted.values().toArray();
        for (Object value : values) {
            if (value == null) {
                throw new NullPointerException("a value of a map is null");
            }
        }
        return new FrozenMap<>(keys, values);
    }

    /// Takes over arrays whose first `size` keys rise strictly; sorts them if they do not.
    static FrozenMap<Object> adopt(String[] keys, Object[] values, int size) {
        if (size == 0) {
            return of();
        }
        for (int i = 1; i < size; i++) {
            if (keys[i - 1].compareTo(keys[i]) >= 0) {
                TreeMap<String, Object> sorted = new TreeMap<>();
                for (int j = 0; j < size; j++) {
                    sorted.put(keys[j], values[j]);
                }
                return copyOf(sorted);
            }
        }
        boolean exact = size == keys.length;
        return new FrozenMap<>(exact ? keys : Arrays.copyOf(keys, size), exact ? values : Arrays.copyOf(values, size));
    }

    String keyAt(int i) {
        return keys[i];
    }

    Object valueAt(int i) {
        return values[i];
    }

    @Override
    public int size() {
        return keys.length;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return key instanceof String text && Arrays.binarySearch(keys, text) >= 0;
    }

    @Override
    @SuppressWarnings("unchecked") // only values of type V are put in
    public @Nullable V get(@Nullable Object key) {
        if (!(key instanceof String text)) {
            return null;
        }
        int i = Arrays.binarySearch(keys, text);
        return i < 0 ? null : (V) values[i];
    }

    @Override
    public Set<Entry<String, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Entry<String, V>> iterator() {
                return entries();
            }

            @Override
            public int size() {
                return keys.length;
            }
        };
    }

    private Iterator<Entry<String, V>> entries() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < keys.length;
            }

            @Override
            @SuppressWarnings("unchecked") // only values of type V are put in
            public Entry<String, V> next() {
                if (next == keys.length) {
                    throw new NoSuchElementException();
                }
                int i = next++;
                return Map.entry(keys[i], (V) values[i]);
            }
        };
    }
}
