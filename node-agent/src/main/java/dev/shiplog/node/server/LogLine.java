package dev.shiplog.node.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shiplog.schemas.Bytes;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/// One line of a log as a runtime writes it: `time stream tag words`.
///
/// @param time as it stands in the log
/// @param partial true when the words go on in the next line
/// @param words the bytes that the program wrote, without a line's end
record LogLine(String time, boolean partial, Bytes words) {

    /// Nothing when the bytes are no such line.
    static Optional<LogLine> parse(byte[] line, int length) {
        int first = find(line, 0, length);
        int second = find(line, first + 1, length);
        int third = find(line, second + 1, length);
        if (first < 0 || second < 0 || third < 0) {
            return Optional.empty();
        }
        String tag = new String(line, second + 1, third - second - 1, UTF_8);
        byte[] words = new byte[length - third - 1];
        System.arraycopy(line, third + 1, words, 0, words.length);
        return Optional.of(new LogLine(new String(line, 0, first, UTF_8), tag.startsWith("P"), Bytes.copyOf(words)));
    }

    private static int find(byte[] line, int from, int length) {
        for (int i = Math.max(0, from); i < length && from >= 0; i++) {
            if (line[i] == ' ') {
                return i;
            }
        }
        return -1;
    }

    boolean since(Instant earliest) {
        try {
            return !Instant.parse(time).isBefore(earliest);
        } catch (DateTimeParseException e) {
            return true;
        }
    }

    /// The line as it is shown.
    byte[] shown(boolean timestamps, boolean newLine) {
        byte[] stamp = timestamps ? (time + " ").getBytes(UTF_8) : new byte[0];
        byte[] said = words.toByteArray();
        byte[] shown = new byte[stamp.length + said.length + (newLine ? 1 : 0)];
        System.arraycopy(stamp, 0, shown, 0, stamp.length);
        System.arraycopy(said, 0, shown, stamp.length, said.length);
        if (newLine) {
            shown[shown.length - 1] = '\n';
        }
        return shown;
    }
}
