package dev.shiplog.schemas;

/// Reads Avro's binary encoding from bytes that may be hostile: every length and count is checked against what is left,
/// so reading never takes much more memory than the bytes themselves.
final class BinaryIn {
    /// How deep records may nest; only a recursive schema can reach it.
    static final int DEPTH_MAX = 200;
    /// How many items of no size a list may have.
    static final int EMPTY_ITEMS_MAX = 65_536;

    private final byte[] buffer;
    private final int end;
    private int position;
    private int depth;

    BinaryIn(byte[] buffer, int from, int end) {
        this.buffer = buffer;
        this.position = from;
        this.end = end;
    }

    boolean atEnd() {
        return position == end;
    }

    int remaining() {
        return end - position;
    }

    void enter() {
        if (++depth > DEPTH_MAX) {
            throw new MalformedException("", "records nest deeper than " + DEPTH_MAX);
        }
    }

    void leave() {
        depth--;
    }

    private void need(long bytes) {
        if (bytes < 0 || bytes > end - position) {
            throw new MalformedException("", "the bytes end too early");
        }
    }

    /// The next byte, without moving: 0 begins every empty text, list, map, null, false and integer zero.
    int peek() {
        need(1);
        return buffer[position];
    }

    int octet() {
        need(1);
        return buffer[position++];
    }

    void skip(long bytes) {
        need(bytes);
        position += (int) bytes;
    }

    boolean bool() {
        int octet = octet();
        if (octet != 0 && octet != 1) {
            throw new MalformedException("", "a boolean is neither 0 nor 1");
        }
        return octet == 1;
    }

    long number() {
        long n = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            int octet = octet();
            n |= (octet & 0x7FL) << shift;
            if (octet >= 0) {
                return (n >>> 1) ^ -(n & 1);
            }
        }
        throw new MalformedException("", "a number has more than 10 bytes");
    }

    int integer() {
        long n = number();
        if (n != (int) n) {
            throw new MalformedException("", "an int is out of range");
        }
        return (int) n;
    }

    double real() {
        return Double.longBitsToDouble(Long.reverseBytes(fixed8()));
    }

    /// Moves past a real number whose bytes are all 0.
    boolean skipIfRealZero() {
        need(8);
        for (int i = 0; i < 8; i++) {
            if (buffer[position + i] != 0) {
                return false;
            }
        }
        position += 8;
        return true;
    }

    long fixed8() {
        need(8);
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = (value << 8) | (buffer[position++] & 0xFF);
        }
        return value;
    }

    /// The length of bytes or of a text that all are there.
    int length() {
        long length = number();
        need(length);
        return (int) length;
    }

    byte[] bytes() {
        int length = length();
        byte[] value = java.util.Arrays.copyOfRange(buffer, position, position + length);
        position += length;
        return value;
    }

    String string() {
        int length = length();
        if (length == 0) {
            return "";
        }
        String value = Utf8.decode(buffer, position, length);
        position += length;
        return value;
    }

    /// Copies a text to JSON without decoding it.
    void stringTo(JsonOut out) {
        int length = length();
        out.utf8(buffer, position, length);
        position += length;
    }

    /// Copies bytes that already are JSON.
    void rawTo(JsonOut out) {
        int length = length();
        out.raw(buffer, position, length);
        position += length;
    }

    /// How many items the next block of a list or map has, 0 at its end; each takes at least `itemBytes`.
    int block(int itemBytes) {
        long count = number();
        if (count < 0) {
            long size = number();
            need(size);
            count = -count;
        }
        long most = itemBytes == 0 ? EMPTY_ITEMS_MAX : remaining() / itemBytes;
        if (count < 0 || count > most) {
            throw new MalformedException("", "a list or map has more items than bytes");
        }
        return (int) count;
    }
}
