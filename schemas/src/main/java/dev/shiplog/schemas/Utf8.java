package dev.shiplog.schemas;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// UTF-8 both ways, the same everywhere: half a surrogate pair becomes U+FFFD, malformed bytes are refused.
final class Utf8 {
    private static final char REPLACEMENT = '\uFFFD';

    private Utf8() {}

    /// The number of bytes that [#encode] writes.
    static int length(String text) {
        int chars = text.length();
        int length = chars;
        for (int i = 0; i < chars; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                continue;
            }
            if (c < 0x800) {
                length++;
            } else {
                length += 2;
                if (isPair(text, i)) {
                    i++; // 4 bytes for two chars
                }
            }
        }
        return length;
    }

    private static boolean isPair(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
    }

    /// Copies a text that is known to be ASCII.
    @SuppressWarnings("deprecation") // the one method that copies low bytes without a charset
    static void ascii(String text, byte[] to, int at) {
        text.getBytes(0, text.length(), to, at);
    }

    /// Writes the bytes of a text; returns the position after them.
    static int encode(String text, byte[] to, int at) {
        int p = at;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                to[p++] = (byte) c;
            } else if (c < 0x800) {
                to[p++] = (byte) (0xC0 | (c >> 6));
                to[p++] = (byte) (0x80 | (c & 0x3F));
            } else if (isPair(text, i)) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                to[p++] = (byte) (0xF0 | (point >> 18));
                to[p++] = (byte) (0x80 | ((point >> 12) & 0x3F));
                to[p++] = (byte) (0x80 | ((point >> 6) & 0x3F));
                to[p++] = (byte) (0x80 | (point & 0x3F));
            } else {
                char whole = Character.isSurrogate(c) ? REPLACEMENT : c;
                to[p++] = (byte) (0xE0 | (whole >> 12));
                to[p++] = (byte) (0x80 | ((whole >> 6) & 0x3F));
                to[p++] = (byte) (0x80 | (whole & 0x3F));
            }
        }
        return p;
    }

    /// Reads bytes that must be UTF-8.
    static String decode(byte[] from, int at, int length) {
        String text = new String(from, at, length, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0) {
            byte[] again = text.getBytes(StandardCharsets.UTF_8);
            if (!Arrays.equals(again, 0, again.length, from, at, at + length)) {
                throw new MalformedException("", "a text is not UTF-8");
            }
        }
        return text;
    }
}
