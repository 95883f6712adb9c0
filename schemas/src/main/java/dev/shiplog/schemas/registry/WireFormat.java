package dev.shiplog.schemas.registry;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Confluent's wire format: a zero byte, the schema's id as a big-endian int, the Avro bytes.
public final class WireFormat {
    public static final int HEADER_BYTES = 5;
    private static final byte MAGIC = 0;

    private WireFormat() {}

    public static byte[] frame(int id, byte[] avro) {
        return ByteBuffer.allocate(HEADER_BYTES + avro.length)
                .put(MAGIC)
                .putInt(id)
                .put(avro)
                .array();
    }

    /// The id of the schema that wrote the bytes.
    ///
    /// @throws IllegalArgumentException when the bytes are not in this format
    public static int id(byte[] framed) {
        if (framed.length < HEADER_BYTES || framed[0] != MAGIC) {
            throw new IllegalArgumentException("not in the schema registry's wire format: it must begin with a zero"
                    + " byte and a schema id, and has " + framed.length + " bytes");
        }
        return ByteBuffer.wrap(framed, 1, Integer.BYTES).getInt();
    }

    /// The Avro bytes without the header.
    public static byte[] payload(byte[] framed) {
        id(framed);
        return Arrays.copyOfRange(framed, HEADER_BYTES, framed.length);
    }
}
