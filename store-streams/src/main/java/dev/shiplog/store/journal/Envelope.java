package dev.shiplog.store.journal;

import static dev.shiplog.store.Invariant.invariant;

import dev.shiplog.journal.Body;
import dev.shiplog.journal.JournalRecord;
import dev.shiplog.schemas.JournalCodec;
import java.nio.ByteBuffer;
import java.util.UUID;

/// A record's bytes before it has a writer and a sequence. They are made and checked once, outside any lock; to
/// give them an address is a copy.
///
/// It relies on the layout of rule 1: two bytes of magic, the rule, 16 bytes of writer, the sequence as a
/// zigzag varint.
final class Envelope {
    private static final UUID NOBODY = new UUID(0, 0);
    private static final int WRITER_AT = 3;
    private static final int SEQUENCE_AT = WRITER_AT + 2 * Long.BYTES;

    private final byte[] blank;

    private Envelope(byte[] blank) {
        this.blank = blank;
    }

    /// Encodes a body, and decodes it again: what a writer sends, every follower can read.
    static Envelope of(Body body) {
        byte[] bytes = JournalCodec.encode(new JournalRecord(NOBODY, 0, body));
        invariant(
                JournalCodec.decode(bytes) instanceof JournalCodec.Readable(int rule, var read)
                        && rule == Rule.OLDEST
                        && WellFormed.holds(read)
                        && read.body().getClass() == body.getClass(),
                "a %s does not survive its own encoding",
                body.getSchema().getName());
        return new Envelope(bytes);
    }

    int length() {
        return blank.length;
    }

    byte[] addressed(UUID writer, long sequence) {
        long left = (sequence << 1) ^ (sequence >> 63);
        int varint = Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(left) + 6) / 7);
        int rest = blank.length - SEQUENCE_AT - 1;
        byte[] bytes = new byte[SEQUENCE_AT + varint + rest];
        ByteBuffer out = ByteBuffer.wrap(bytes);
        out.put(blank, 0, WRITER_AT);
        out.putLong(writer.getMostSignificantBits());
        out.putLong(writer.getLeastSignificantBits());
        for (; (left & ~0x7FL) != 0; left >>>= 7) {
            out.put((byte) ((left & 0x7F) | 0x80));
        }
        out.put((byte) left);
        out.put(blank, SEQUENCE_AT + 1, rest);
        return bytes;
    }
}
