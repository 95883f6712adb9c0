package dev.shiplog.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RoundTripTest {
    private static final int DOCUMENTS = 40;

    static Stream<Arguments> kinds() {
        return Catalog.builtIn().kinds().stream()
                .flatMap(kind -> Stream.of(1L, 2L).map(seed -> Arguments.of(kind, seed)));
    }

    /// Whatever a client sends, what comes out is a fixed point: JSON, record and Avro bytes say the same,
    /// and the direct way from bytes to JSON gives the text that the record gives.
    @ParameterizedTest(name = "{0} seed {1}")
    @MethodSource("kinds")
    void jsonRecordAndAvroSayTheSame(Kind kind, long seed) {
        RandomDocuments documents = new RandomDocuments(seed);
        for (int i = 0; i < DOCUMENTS; i++) {
            String document = documents.of(kind);

            Decoded<? extends Typed> first = Json.decode(kind, document.getBytes(StandardCharsets.UTF_8));

            String json = text(Json.encode(first.object()));
            byte[] avro = Binary.encode(first.object());
            assertThat(first.problems()).as(document).isEmpty();
            assertThat(first.kind()).isEqualTo(kind.kind());
            Typed reread = Binary.decode(kind.type(), avro);
            assertThat(reread).as(document).isEqualTo(first.object());
            assertThat(Binary.encode(reread)).isEqualTo(avro);
            JsonOut direct = new JsonOut();
            Binary.toJson(kind.type(), avro, 0, direct);
            assertThat(direct.toString()).as(document).isEqualTo(json);
            Decoded<? extends Typed> second = Json.decode(kind, json.getBytes(StandardCharsets.UTF_8));
            assertThat(second.object()).as(json).isEqualTo(first.object());
            assertThat(Json.fromTree(kind.type(), Json.toTree(reread)).object()).isEqualTo(first.object());
        }
    }

    @ParameterizedTest(name = "{0} seed {1}")
    @MethodSource("kinds")
    void defaultsAreCompleteAfterOnce(Kind kind, long seed) {
        RandomDocuments documents = new RandomDocuments(seed);
        for (int i = 0; i < DOCUMENTS; i++) {
            Typed object = Json.decode(kind, documents.of(kind).getBytes(StandardCharsets.UTF_8))
                    .object();

            Typed once = Defaulting.apply(object);

            assertThat(Defaulting.apply(once)).isEqualTo(once);
        }
    }

    /// What is left in the journal of a writer's schema has no facts; the present schema lends them.
    @ParameterizedTest(name = "{0} seed {1}")
    @MethodSource("kinds")
    void aStrippedSchemaWithLentFactsWritesTheSameJson(Kind kind, long seed) {
        RecordType<?> wrote = RecordType.dynamic(Facts.over(RecordType.parse(kind.strippedText()), kind.schema()));
        RandomDocuments documents = new RandomDocuments(seed);
        for (int i = 0; i < DOCUMENTS; i++) {
            Typed object = Json.decode(kind, documents.of(kind).getBytes(StandardCharsets.UTF_8))
                    .object();
            JsonOut json = new JsonOut();

            Binary.toJson(wrote, Binary.encode(object), 0, json);

            assertThat(json.toString()).isEqualTo(text(Json.encode(object)));
        }
    }

    /// Kafka tools know nothing of our codec: they read with the registered schema and Avro's own reader.
    @ParameterizedTest(name = "{0} seed {1}")
    @MethodSource("kinds")
    void avrosOwnReaderAndWriterUnderstandTheBytes(Kind kind, long seed) throws IOException {
        Schema registered = RecordType.parse(kind.strippedText());
        RandomDocuments documents = new RandomDocuments(seed);
        for (int i = 0; i < DOCUMENTS; i++) {
            Typed object = Json.decode(kind, documents.of(kind).getBytes(StandardCharsets.UTF_8))
                    .object();
            byte[] ours = Binary.encode(object);

            GenericRecord theirs = new GenericDatumReader<GenericRecord>(registered)
                    .read(null, DecoderFactory.get().binaryDecoder(ours, null));
            ByteArrayOutputStream again = new ByteArrayOutputStream();
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(again, null);
            new GenericDatumWriter<GenericRecord>(registered).write(theirs, encoder);
            encoder.flush();

            assertThat(Binary.decode(kind.type(), again.toByteArray())).isEqualTo(object);
        }
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }
}
