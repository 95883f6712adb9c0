package dev.shiplog.schemas;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/// A byte string that does not change; the values of `Secret.data`. Its text form is Base64.
public final class Bytes {
    private final byte[] value;

    private Bytes(byte[] value) {
        this.value = value;
    }

    public static Bytes copyOf(byte[] value) {
        return new Bytes(value.clone());
    }

    /// The UTF-8 bytes of a text.
    public static Bytes utf8(String text) {
        return new Bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Reads Base64, in its standard alphabet with padding; throws IllegalArgumentException for anything else.
    public static Bytes base64(String text) {
        return new Bytes(Base64.getDecoder().decode(text));
    }

    /// Takes over an array that nobody changes any more.
    static Bytes wrap(byte[] value) {
        return new Bytes(value);
    }

    /// The array itself, for codecs: never changed, never handed out.
    byte[] shared() {
        return value;
    }

    public byte[] toByteArray() {
        return value.clone();
    }

    public int size() {
        return value.length;
    }

    public String base64() {
        return Base64.getEncoder().encodeToString(value);
    }

    public String utf8() {
        return new String(value, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return "Bytes[" + value.length + "]";
    }
}
