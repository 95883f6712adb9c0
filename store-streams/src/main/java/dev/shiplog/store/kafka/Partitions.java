package dev.shiplog.store.kafka;

import java.nio.charset.StandardCharsets;

/// Which partition a key belongs to: Kafka's default partitioner on the namespace, or on the name of what has none.
/// The same for `objects`, the typed topics and `requests`, so that a namespace is always one partition.
public final class Partitions {
    private static final int SEED = 0x9747b28c;
    private static final int MULTIPLIER = 0x5bd1e995;
    private static final int SHIFT = 24;

    private Partitions() {}

    /// The partition of an object.
    ///
    /// @param namespace empty for what is cluster-scoped
    public static int of(String namespace, String name, int partitions) {
        return of(namespace.isEmpty() ? name : namespace, partitions);
    }

    /// The partition that Kafka's default partitioner gives a key of this text.
    public static int of(String text, int partitions) {
        return (murmur2(text.getBytes(StandardCharsets.UTF_8)) & Integer.MAX_VALUE) % partitions;
    }

    /// MurmurHash2, 32 bits, little-endian, with Kafka's seed.
    private static int murmur2(byte[] data) {
        int hash = SEED ^ data.length;
        int words = data.length / 4;
        for (int i = 0; i < words; i++) {
            int at = i * 4;
            int word = (data[at] & 0xff)
                    | (data[at + 1] & 0xff) << 8
                    | (data[at + 2] & 0xff) << 16
                    | (data[at + 3] & 0xff) << 24;
            word *= MULTIPLIER;
            word ^= word >>> SHIFT;
            word *= MULTIPLIER;
            hash = hash * MULTIPLIER ^ word;
        }
        int rest = data.length - words * 4;
        for (int i = rest - 1; i >= 0; i--) {
            hash ^= (data[words * 4 + i] & 0xff) << (8 * i);
        }
        if (rest > 0) {
            hash *= MULTIPLIER;
        }
        hash ^= hash >>> 13;
        hash *= MULTIPLIER;
        return hash ^ hash >>> 15;
    }
}
