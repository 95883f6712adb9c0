package dev.shiplog.store.history;

import dev.shiplog.journal.Key;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The keys of the index's rows, as bytes that sort as what they stand for.
///
/// A text is its UTF-8 bytes and an end mark; a zero byte within is escaped, so that no text is the beginning of
/// another.
final class Rows {
    private static final byte ZERO = 0;
    private static final byte END = 1;
    private static final byte ESCAPED = (byte) 0xFF;
    private static final int MARK = 2;

    /// Sorts after every version of a key, for no revision is 0.
    private static final long BEFORE_ALL = 0;

    private Rows() {}

    /// A version of an object: its key, then its revision, newest first.
    static byte[] version(Key key, long revision) {
        return version(object(key), revision);
    }

    static byte[] version(byte[] object, long revision) {
        return ByteBuffer.allocate(object.length + Long.BYTES)
                .put(object)
                .putLong(~revision)
                .array();
    }

    /// Where the versions of the next key begin, or before.
    static byte[] behind(byte[] object) {
        return version(object, BEFORE_ALL);
    }

    static byte[] object(Key key) {
        return texts(key.group(), key.resource(), key.namespace(), key.name());
    }

    /// What the rows of all objects of a resource begin with.
    static byte[] resource(String group, String resource) {
        return texts(group, resource);
    }

    /// What the rows of a resource's objects in one namespace begin with.
    static byte[] namespace(String group, String resource, String namespace) {
        return texts(group, resource, namespace);
    }

    /// A change of an object of a resource.
    static byte[] change(byte[] resource, long revision) {
        return ByteBuffer.allocate(resource.length + Long.BYTES)
                .put(resource)
                .putLong(revision)
                .array();
    }

    static byte[] number(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    /// The number that a row's key ends with.
    static long number(byte[] row) {
        return ByteBuffer.wrap(row).getLong(row.length - Long.BYTES);
    }

    /// The revision of a version.
    static long revision(byte[] version) {
        return ~number(version);
    }

    /// The object of a version, without its revision.
    static byte[] object(byte[] version) {
        return Arrays.copyOf(version, version.length - Long.BYTES);
    }

    static boolean begins(byte[] row, byte[] prefix) {
        return row.length >= prefix.length && Arrays.equals(row, 0, prefix.length, prefix, 0, prefix.length);
    }

    /// The key whose [#object] bytes these are.
    static Key key(byte[] object) {
        String[] parts = new String[4];
        int at = 0;
        for (int part = 0; part < parts.length; part++) {
            int end = end(object, at);
            parts[part] = text(object, at, end);
            at = end + MARK;
        }
        return new Key(parts[0], parts[1], parts[2], parts[3]);
    }

    private static int end(byte[] bytes, int from) {
        int at = from;
        while (bytes[at] != ZERO || bytes[at + 1] != END) {
            at += bytes[at] == ZERO ? MARK : 1;
        }
        return at;
    }

    private static String text(byte[] bytes, int from, int to) {
        byte[] plain = new byte[to - from];
        int length = 0;
        for (int at = from; at < to; at++) {
            plain[length++] = bytes[at];
            if (bytes[at] == ZERO) {
                at++;
            }
        }
        return new String(plain, 0, length, StandardCharsets.UTF_8);
    }

    private static byte[] texts(String... texts) {
        byte[][] parts = new byte[texts.length][];
        int length = 0;
        for (int i = 0; i < texts.length; i++) {
            parts[i] = escaped(texts[i].getBytes(StandardCharsets.UTF_8));
            length += parts[i].length + MARK;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            all.put(part).put(ZERO).put(END);
        }
        return all.array();
    }

    private static byte[] escaped(byte[] plain) {
        int zeros = 0;
        for (byte each : plain) {
            zeros += each == ZERO ? 1 : 0;
        }
        if (zeros == 0) {
            return plain;
        }
        ByteBuffer escaped = ByteBuffer.allocate(plain.length + zeros);
        for (byte each : plain) {
            escaped.put(each);
            if (each == ZERO) {
                escaped.put(ESCAPED);
            }
        }
        return escaped.array();
    }
}
