package dev.shiplog.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.journal.JournalRecord;
import dev.shiplog.journal.Open;
import dev.shiplog.schemas.JournalCodec;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeTest {
    private static final UUID WRITER = new UUID(0x0123_4567_89AB_CDEFL, -2);

    /// Each length of a zigzag varint, and the numbers on both sides of its bounds.
    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                63,
                64,
                8_191,
                8_192,
                1_048_575,
                1_048_576,
                1L << 34,
                (1L << 34) - 1,
                1L << 55,
                Long.MAX_VALUE,
                -1,
                Long.MIN_VALUE
            })
    void anAddressedBodyIsTheRecordAsItWouldBeEncoded(long sequence) {
        var body = new Open("somebody", 1);

        byte[] addressed = Envelope.of(body).addressed(WRITER, sequence);

        assertThat(addressed).isEqualTo(JournalCodec.encode(new JournalRecord(WRITER, sequence, body)));
    }
}
