package dev.shiplog.store.kafka;

import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.journal.HashMark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/// The Avro form of a [HashMark], and the key under which the topic `progress` keeps a store's newest.
public final class MarkCodec {
    public static final Schema SCHEMA = SchemaBuilder.record("HashMark")
            .namespace("dev.shiplog.store")
            .fields()
            .requiredLong("position")
            .requiredLong("revision")
            .requiredString("hash")
            .endRecord();

    private static final String PREFIX = "mark/";

    private MarkCodec() {}

    public static String key(StoreName store) {
        return PREFIX + store.text();
    }

    /// The store whose mark stands under a key; empty when it is another kind of record.
    static Optional<StoreName> store(String key) {
        return Arrays.stream(StoreName.values())
                .filter(store -> key(store).equals(key))
                .findFirst();
    }

    public static byte[] encode(HashMark mark) {
        GenericRecord record = new GenericData.Record(SCHEMA);
        record.put("position", mark.position());
        record.put("revision", mark.revision());
        record.put("hash", mark.hash());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        try {
            new GenericDatumWriter<GenericRecord>(SCHEMA).write(record, encoder);
            encoder.flush();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    static HashMark decode(StoreName store, byte[] bytes) throws IOException {
        GenericRecord record = new GenericDatumReader<GenericRecord>(SCHEMA)
                .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
        return new HashMark(
                store,
                (long) record.get("position"),
                (long) record.get("revision"),
                record.get("hash").toString());
    }
}
