package dev.shiplog.store.materialise;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;

/// Replaces `metadata.resourceVersion` in the Avro bytes of an object, without decoding the rest.
///
/// Journal and view keep it empty, because a writer cannot know it; outputs carry it.
public final class AvroSplice {
    private static final String METADATA = "metadata";
    private static final String RESOURCE_VERSION = "resourceVersion";

    private final byte[] bytes;
    private int at;

    private AvroSplice(byte[] bytes) {
        this.bytes = bytes;
    }

    /// The same object with another resource version; the same bytes when its schema has none.
    public static byte[] resourceVersion(Schema schema, byte[] bytes, String version) {
        AvroSplice reader = new AvroSplice(bytes);
        if (!reader.skipTo(schema, METADATA) || !reader.skipTo(field(schema, METADATA), RESOURCE_VERSION)) {
            return bytes;
        }
        int start = reader.at;
        reader.skip(Schema.create(Schema.Type.STRING));
        byte[] text = version.getBytes(StandardCharsets.UTF_8);
        byte[] length = varint(text.length);
        byte[] out = Arrays.copyOf(bytes, bytes.length - (reader.at - start) + length.length + text.length);
        System.arraycopy(length, 0, out, start, length.length);
        System.arraycopy(text, 0, out, start + length.length, text.length);
        int rest = start + length.length + text.length;
        System.arraycopy(bytes, reader.at, out, rest, bytes.length - reader.at);
        return out;
    }

    private static Schema field(Schema schema, String name) {
        return schema.getField(name).schema();
    }

    /// Moves to the beginning of a field; false when the record has no such field.
    private boolean skipTo(Schema schema, String name) {
        if (schema.getType() != Schema.Type.RECORD || schema.getField(name) == null) {
            return false;
        }
        for (Schema.Field field : schema.getFields()) {
            if (field.name().equals(name)) {
                return true;
            }
            skip(field.schema());
        }
        return false;
    }

    private void skip(Schema schema) {
        switch (schema.getType()) {
            case NULL -> {}
            case BOOLEAN -> at += 1;
            case INT, LONG, ENUM -> number();
            case FLOAT -> at += 4;
            case DOUBLE -> at += 8;
            case FIXED -> at += schema.getFixedSize();
            case STRING, BYTES -> skipBytes();
            case UNION -> skip(branch(schema.getTypes()));
            case ARRAY -> skipBlocks(List.of(schema.getElementType()));
            case MAP -> skipBlocks(List.of(Schema.create(Schema.Type.STRING), schema.getValueType()));
            case RECORD -> schema.getFields().forEach(field -> skip(field.schema()));
        }
    }

    private void skipBytes() {
        int length = length(number());
        at += length;
    }

    private Schema branch(List<Schema> types) {
        return types.get(length(number()));
    }

    /// A negative count is followed by the block's size in bytes.
    private void skipBlocks(List<Schema> item) {
        for (long count = number(); count != 0; count = number()) {
            if (count < 0) {
                skipBytes();
                continue;
            }
            for (long i = 0; i < count; i++) {
                item.forEach(this::skip);
            }
        }
    }

    private int length(long number) {
        if (number < 0 || number > bytes.length) {
            throw new IllegalArgumentException("a length of %d in %d bytes".formatted(number, bytes.length));
        }
        return (int) number;
    }

    private long number() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = bytes[at++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value >>> 1 ^ -(value & 1);
            }
        }
        throw new IllegalArgumentException("a number of more than 64 bits");
    }

    private static byte[] varint(int number) {
        long rest = (long) number << 1;
        byte[] out = new byte[5];
        int size = 0;
        while ((rest & ~0x7fL) != 0) {
            out[size++] = (byte) ((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out[size++] = (byte) rest;
        return Arrays.copyOf(out, size);
    }
}
