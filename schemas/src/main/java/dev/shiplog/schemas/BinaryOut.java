package dev.shiplog.schemas;

import java.util.Arrays;

/// Writes Avro's binary encoding into a buffer that grows.
final class BinaryOut {
    private byte[] buffer = new byte[4096];
    private int size;

    byte[] toByteArray() {
        return Arrays.copyOf(buffer, size);
    }

    private void need(int more) {
        if (buffer.length - size < more) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, Math.addExact(size, more)));
        }
    }

    void octet(int value) {
        need(1);
        buffer[size++] = (byte) value;
    }

    void bool(boolean value) {
        octet(value ? 1 : 0);
    }

    /// An int or long, zigzag and then 7 bits a byte.
    void number(long value) {
        need(10);
        long n = (value << 1) ^ (value >> 63);
        while ((n & ~0x7FL) != 0) {
            buffer[size++] = (byte) (n | 0x80);
            n >>>= 7;
        }
        buffer[size++] = (byte) n;
    }

    void real(double value) {
        fixed8(Long.reverseBytes(Double.doubleToRawLongBits(value)));
    }

    /// 8 bytes, the highest first.
    void fixed8(long value) {
        need(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            buffer[size++] = (byte) (value >>> shift);
        }
    }

    void bytes(byte[] value) {
        number(value.length);
        need(value.length);
        System.arraycopy(value, 0, buffer, size, value.length);
        size += value.length;
    }

    void string(String value) {
        int length = value.length();
        int encoded = Utf8.length(value);
        number(encoded);
        need(encoded);
        if (encoded == length) {
            Utf8.ascii(value, buffer, size);
        } else {
            Utf8.encode(value, buffer, size);
        }
        size += encoded;
    }
}
