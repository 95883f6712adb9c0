package dev.shiplog.schemas;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/// JSON text being written, as UTF-8 in a buffer that grows. Commas come by themselves.
public final class JsonOut {
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    private byte[] buffer;
    private int size;

    public JsonOut() {
        this(2048);
    }

    public JsonOut(int capacity) {
        this.buffer = new byte[Math.max(capacity, 16)];
    }

    public int size() {
        return size;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(buffer, size);
    }

    public void writeTo(OutputStream out) throws IOException {
        out.write(buffer, 0, size);
    }

    /// Empties it for another text.
    public void reset() {
        size = 0;
    }

    private void need(int more) {
        if (buffer.length - size < more) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, Math.addExact(size, more)));
        }
    }

    public JsonOut raw(byte[] json) {
        return raw(json, 0, json.length);
    }

    public JsonOut raw(byte[] json, int from, int length) {
        need(length);
        System.arraycopy(json, from, buffer, size, length);
        size += length;
        return this;
    }

    /// Text that is JSON already, in ASCII.
    public JsonOut raw(String ascii) {
        need(ascii.length());
        Utf8.ascii(ascii, buffer, size);
        size += ascii.length();
        return this;
    }

    /// Text that is JSON already, in any characters.
    JsonOut json(String json) {
        int length = Utf8.length(json);
        need(length);
        size = Utf8.encode(json, buffer, size);
        return this;
    }

    private void octet(int value) {
        need(1);
        buffer[size++] = (byte) value;
    }

    /// Separates from what came before, unless a list or object has just begun.
    public void separate() {
        int last = size == 0 ? '[' : buffer[size - 1];
        if (last != '{' && last != '[') {
            octet(',');
        }
    }

    public JsonOut beginObject() {
        octet('{');
        return this;
    }

    public JsonOut endObject() {
        octet('}');
        return this;
    }

    public JsonOut beginList() {
        octet('[');
        return this;
    }

    public JsonOut endList() {
        octet(']');
        return this;
    }

    /// The name of a member; its value follows.
    public JsonOut name(String name) {
        separate();
        string(name);
        octet(':');
        return this;
    }

    /// A name with its quotes and colon, prepared once.
    void preparedName(Bytes name) {
        separate();
        raw(name.shared());
    }

    public JsonOut number(long value) {
        if (value >= 0 && value < 10) {
            octet('0' + (int) value);
            return this;
        }
        return raw(Long.toString(value));
    }

    public JsonOut bool(boolean value) {
        return raw(value ? "true" : "false");
    }

    public JsonOut nothing() {
        return raw("null");
    }

    public JsonOut string(String text) {
        int length = text.length();
        need(length + 2);
        int start = size;
        buffer[size++] = '"';
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < ' ' || c >= 0x80 || c == '"' || c == '\\') {
                size = start;
                byte[] bytes = new byte[Utf8.length(text)];
                Utf8.encode(text, bytes, 0);
                utf8(bytes, 0, bytes.length);
                return this;
            }
            buffer[size++] = (byte) c;
        }
        buffer[size++] = '"';
        return this;
    }

    /// A string whose UTF-8 bytes are at hand.
    void utf8(byte[] from, int at, int length) {
        need(length + 2);
        buffer[size++] = '"';
        int end = at + length;
        int plain = at;
        for (int i = at; i < end; i++) {
            byte b = from[i];
            if ((b >= 0 && b < ' ') || b == '"' || b == '\\') {
                raw(from, plain, i - plain);
                escape(b);
                plain = i + 1;
            }
        }
        raw(from, plain, end - plain);
        octet('"');
    }

    private void escape(int b) {
        need(6);
        buffer[size++] = '\\';
        switch (b) {
            case '"', '\\' -> buffer[size++] = (byte) b;
            case '\n' -> buffer[size++] = 'n';
            case '\r' -> buffer[size++] = 'r';
            case '\t' -> buffer[size++] = 't';
            case '\b' -> buffer[size++] = 'b';
            case '\f' -> buffer[size++] = 'f';
            default -> {
                buffer[size++] = 'u';
                buffer[size++] = '0';
                buffer[size++] = '0';
                buffer[size++] = HEX[(b >> 4) & 0xF];
                buffer[size++] = HEX[b & 0xF];
            }
        }
    }

    /// A time in quotes, with 6 digits after the second or none.
    void time(long micros, boolean fraction) {
        need(32);
        buffer[size++] = '"';
        size = Rfc3339.write(micros, fraction, buffer, size);
        buffer[size++] = '"';
    }

    void base64(byte[] value) {
        octet('"');
        raw(java.util.Base64.getEncoder().encode(value));
        octet('"');
    }

    @Override
    public String toString() {
        return new String(buffer, 0, size, java.nio.charset.StandardCharsets.UTF_8);
    }
}
