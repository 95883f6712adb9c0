package dev.shiplog.store.journal;

import dev.shiplog.journal.Key;
import dev.shiplog.store.Entry;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The hash of a set of entries: the sum of their own hashes modulo 2^128. It follows each change in constant
/// time, and equal sets have equal hashes whatever way they came about.
///
/// It finds replicas that differ by a fault. It does not protect against someone who makes them differ on
/// purpose.
public record StateHash(long high, long low) {

    public static final StateHash EMPTY = new StateHash(0, 0);

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    public StateHash plus(Entry entry) {
        StateHash other = of(entry);
        long sum = low + other.low;
        long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
        return new StateHash(high + other.high + carry, sum);
    }

    public StateHash minus(Entry entry) {
        StateHash other = of(entry);
        long borrow = Long.compareUnsigned(low, other.low) < 0 ? 1 : 0;
        return new StateHash(high - other.high - borrow, low - other.low);
    }

    /// 32 hexadecimal digits.
    @Override
    public String toString() {
        return "%016x%016x".formatted(high, low);
    }

    static StateHash of(Entry entry) {
        var lanes = new Lanes();
        Key key = entry.key();
        lanes.add(key.group());
        lanes.add(key.resource());
        lanes.add(key.namespace());
        lanes.add(key.name());
        lanes.add(entry.revision());
        lanes.add(entry.schema());
        lanes.add(entry.value());
        return lanes.end();
    }

    /// Two multiplicative lanes over 64-bit words; each value is preceded by its length.
    private static final class Lanes {
        private static final long A = 0x9E37_79B9_7F4A_7C15L;
        private static final long B = 0xC2B2_AE3D_27D4_EB4FL;
        private static final long C = 0xD6E8_FEB8_6659_FD93L;

        private long first = A;
        private long second = C;

        void add(long word) {
            first = (first ^ word) * B;
            first ^= first >>> 32;
            second = Long.rotateLeft(second + word * C, 29) * A;
        }

        void add(String text) {
            int length = text.length();
            add(length);
            for (int i = 0; i < length; i++) {
                add(text.charAt(i));
            }
        }

        void add(byte[] bytes) {
            add(bytes.length);
            int at = 0;
            for (; at + Long.BYTES <= bytes.length; at += Long.BYTES) {
                add((long) LONGS.get(bytes, at));
            }
            long rest = 0;
            for (; at < bytes.length; at++) {
                rest = (rest << 8) | (bytes[at] & 0xFF);
            }
            add(rest);
        }

        StateHash end() {
            return new StateHash(scatter(first + second), scatter(second ^ Long.rotateLeft(first, 17)));
        }

        private static long scatter(long word) {
            long x = (word ^ word >>> 33) * C;
            x = (x ^ x >>> 29) * B;
            return x ^ x >>> 32;
        }
    }
}
