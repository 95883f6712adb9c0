package dev.shiplog.schemas;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;

/// Times as Kubernetes writes them: UTC, to the second or with 6 digits. The years 0 to 9999.
public final class Rfc3339 {
    private static final long MICROS = 1_000_000;
    private static final long EARLIEST = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
    private static final long LATEST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private Rfc3339() {}

    /// `2006-01-02T15:04:05Z`, as a Kubernetes Time.
    public static String seconds(Instant time) {
        return text(time, false);
    }

    /// `2006-01-02T15:04:05.000000Z`, as a Kubernetes MicroTime.
    public static String micros(Instant time) {
        return text(time, true);
    }

    private static String text(Instant time, boolean fraction) {
        byte[] buffer = new byte[32];
        int length = write(toMicros(time), fraction, buffer, 0);
        return new String(buffer, 0, length, java.nio.charset.StandardCharsets.US_ASCII);
    }

    static long toMicros(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), MICROS), time.getNano() / 1000);
    }

    static Instant fromMicros(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1000);
    }

    /// Writes the time; returns the position after it.
    static int write(long micros, boolean fraction, byte[] to, int at) {
        long second = Math.clamp(Math.floorDiv(micros, MICROS), EARLIEST, LATEST);
        LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(second, 86_400));
        int ofDay = Math.floorMod(second, 86_400);
        int p = digits(date.getYear(), 4, to, at);
        to[p++] = '-';
        p = digits(date.getMonthValue(), 2, to, p);
        to[p++] = '-';
        p = digits(date.getDayOfMonth(), 2, to, p);
        to[p++] = 'T';
        p = digits(ofDay / 3600, 2, to, p);
        to[p++] = ':';
        p = digits(ofDay / 60 % 60, 2, to, p);
        to[p++] = ':';
        p = digits(ofDay % 60, 2, to, p);
        if (fraction) {
            to[p++] = '.';
            p = digits((int) Math.floorMod(micros, MICROS), 6, to, p);
        }
        to[p++] = 'Z';
        return p;
    }

    private static int digits(int value, int count, byte[] to, int at) {
        int rest = value;
        for (int i = at + count - 1; i >= at; i--) {
            to[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return at + count;
    }

    /// Reads a time in any zone; throws IllegalArgumentException for what is none, such as 30 February.
    public static Instant parse(String text) {
        try {
            int end = zone(text);
            if (text.charAt(4) != '-'
                    || text.charAt(7) != '-'
                    || text.charAt(10) != 'T'
                    || text.charAt(13) != ':'
                    || text.charAt(16) != ':') {
                throw new DateTimeException("no RFC 3339");
            }
            LocalDateTime local = LocalDateTime.of(
                    LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10)),
                    LocalTime.of(number(text, 11, 13), number(text, 14, 16), number(text, 17, 19), nanos(text, end)));
            Instant time = local.toInstant(offset(text, end));
            if (time.getEpochSecond() < EARLIEST || time.getEpochSecond() > LATEST) {
                throw new DateTimeException("out of range");
            }
            return time;
        } catch (DateTimeException | IndexOutOfBoundsException | NumberFormatException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a time like \"2006-01-02T15:04:05Z\"", e);
        }
    }

    private static int zone(String text) {
        int i = 19;
        if (text.charAt(i) == '.') {
            i++;
            int first = i;
            while (Character.isDigit(text.charAt(i))) {
                i++;
            }
            if (i == first) {
                throw new DateTimeException("no digits after the point");
            }
        }
        return i;
    }

    private static int number(String text, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                throw new DateTimeException("no digit");
            }
            value = value * 10 + c - '0';
        }
        return value;
    }

    private static int nanos(String text, int end) {
        if (end == 19) {
            return 0;
        }
        int digits = Math.min(end - 20, 9);
        int value = number(text, 20, 20 + digits);
        for (int i = digits; i < 9; i++) {
            value *= 10;
        }
        return value;
    }

    private static ZoneOffset offset(String text, int at) {
        char sign = text.charAt(at);
        if (sign == 'Z' && text.length() == at + 1) {
            return ZoneOffset.UTC;
        }
        if ((sign != '+' && sign != '-') || text.length() != at + 6 || text.charAt(at + 3) != ':') {
            throw new DateTimeException("no zone");
        }
        int minutes = number(text, at + 1, at + 3) * 60 + number(text, at + 4, at + 6);
        return ZoneOffset.ofTotalSeconds((sign == '-' ? -minutes : minutes) * 60);
    }
}
