package dev.shiplog.api.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Percent-decoding of paths and queries.
final class Percent {
    private Percent() {}

    static String decodePath(String text) {
        return decode(text, '+');
    }

    static String decodeQuery(String text) {
        return decode(text, ' ');
    }

    private static String decode(String text, char plus) {
        if (text.indexOf('%') < 0 && (plus == '+' || text.indexOf('+') < 0)) {
            return text;
        }
        var bytes = new ByteArrayOutputStream(text.length());
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < raw.length; at++) {
            if (raw[at] == '%') {
                bytes.write(escaped(raw, at, text));
                at += 2;
            } else {
                bytes.write(raw[at] == '+' ? plus : raw[at]);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static int escaped(byte[] raw, int at, String text) {
        int high = at + 2 < raw.length ? Character.digit(raw[at + 1], 16) : -1;
        int low = at + 2 < raw.length ? Character.digit(raw[at + 2], 16) : -1;
        if (high < 0 || low < 0) {
            throw new StatusException(ApiStatus.badRequest("invalid URL escape in \"" + text + "\""));
        }
        return high * 16 + low;
    }
}
