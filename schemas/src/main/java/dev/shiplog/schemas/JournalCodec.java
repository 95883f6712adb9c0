package dev.shiplog.schemas;

import dev.shiplog.journal.JournalRecord;

/// A journal record in its frame: the magic `SL`, the rule version, then the body that this version names.
public final class JournalCodec {
    /// The highest rule that this program knows. It knows all below, too.
    public static final int RULE_MAX = 1;

    private static final int HEAD = 3;

    private JournalCodec() {}

    /// What the bytes of a journal turned out to be.
    public sealed interface Frame {}

    @SuppressWarnings("AvoidCommonTypeNames") // always named through JournalCodec
    public record Readable(int rule, JournalRecord record) implements Frame {}

    /// No magic, or no body of the rule it names.
    public record Unreadable(String why) implements Frame {}

    /// Written for a rule that this program does not know.
    public record UnknownRule(int rule) implements Frame {}

    public static byte[] encode(JournalRecord record) {
        BinaryOut out = new BinaryOut();
        out.octet('S');
        out.octet('L');
        out.octet(RULE_MAX);
        record.recordType().node().write(record, out);
        return out.toByteArray();
    }

    public static Frame decode(byte[] bytes) {
        if (bytes.length < HEAD || bytes[0] != 'S' || bytes[1] != 'L') {
            return new Unreadable("no magic");
        }
        int rule = bytes[2] & 0xFF;
        if (rule == 0) {
            return new Unreadable("rule 0 does not exist");
        }
        if (rule > RULE_MAX) {
            return new UnknownRule(rule);
        }
        try {
            return new Readable(rule, Binary.decode(JournalRecord.TYPE, bytes, HEAD));
        } catch (MalformedException e) {
            return new Unreadable(String.valueOf(e.getMessage()));
        }
    }
}
