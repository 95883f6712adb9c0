package dev.shiplog.store.materialise;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/// The Avro form of a [Progress].
final class ProgressCodec {
    static final Schema SCHEMA = SchemaBuilder.record("Progress")
            .namespace("dev.shiplog.materialise")
            .fields()
            .requiredLong("position")
            .requiredLong("revision")
            .requiredBoolean("clean")
            .endRecord();

    private ProgressCodec() {}

    static byte[] encode(Progress progress) {
        GenericRecord record = new GenericData.Record(SCHEMA);
        record.put("position", progress.position());
        record.put("revision", progress.revision());
        record.put("clean", progress.clean());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        try {
            new GenericDatumWriter<GenericRecord>(SCHEMA).write(record, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static Progress decode(byte[] bytes) {
        try {
            GenericRecord record = new GenericDatumReader<GenericRecord>(SCHEMA)
                    .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
            return new Progress(
                    (long) record.get("position"), (long) record.get("revision"), (boolean) record.get("clean"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
