package dev.shiplog.schemas;

import dev.shiplog.meta.v1.ObjectMeta;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// Reads stored values, whoever wrote them. Values of an older schema are shown as they were written,
/// and decoded into the present class field by field.
///
/// Safe for any number of threads; keeps the plan of each schema it meets, of which there are as many as schema keys.
public final class Codec {
    private final Catalog catalog;
    private final LongFunction<@Nullable String> schemaText;
    private final Map<Long, Writer> writers = new ConcurrentHashMap<>();

    /// The type that wrote a value, and the type it is decoded into.
    private record Writer(RecordType<?> wrote, RecordType<?> present, int metadataAt) {
        private Writer(RecordType<?> wrote, RecordType<?> present) {
            this(
                    wrote,
                    present,
                    wrote.schema().getField("metadata") == null
                            ? -1
                            : wrote.schema().getField("metadata").pos());
        }
    }

    /// `schemaText` gives the text kept under `~/schema/-/<fingerprint>`, or null; it is asked for schemas that are not
    /// built in.
    public Codec(Catalog catalog, LongFunction<@Nullable String> schemaText) {
        this.catalog = catalog;
        this.schemaText = schemaText;
    }

    /// For values that only this program's own schemas wrote.
    public Codec(Catalog catalog) {
        this(catalog, _ -> null);
    }

    public Catalog catalog() {
        return catalog;
    }

    private Writer writer(long fingerprint) {
        Writer known = writers.get(fingerprint);
        if (known == null) {
            known = meet(fingerprint);
            writers.put(fingerprint, known);
        }
        return known;
    }

    private Writer meet(long fingerprint) {
        RecordType<?> type = catalog.type(fingerprint);
        if (type != null) {
            return new Writer(type, type);
        }
        String text = schemaText.apply(fingerprint);
        if (text == null) {
            throw new MalformedException("", "no schema has the fingerprint " + Fingerprints.hex(fingerprint));
        }
        Schema schema = RecordType.parse(text);
        Kind kind = catalog.byFullName(schema.getFullName());
        if (kind == null) {
            RecordType<?> dynamic = RecordType.dynamic(schema);
            return new Writer(dynamic, dynamic);
        }
        return new Writer(RecordType.dynamic(Facts.over(schema, kind.schema())), kind.type());
    }

    /// The value as a record of the present class.
    public Typed decode(long fingerprint, byte[] value) {
        Writer writer = writer(fingerprint);
        Typed record = Binary.decode(writer.wrote(), value);
        return writer.wrote() == writer.present()
                ? record
                : (Typed) known(writer.present().node().adopt(record));
    }

    public <T extends Typed> T decode(long fingerprint, byte[] value, Class<T> type) {
        return type.cast(decode(fingerprint, value));
    }

    /// The metadata alone: cheap, as nothing behind it is read.
    public ObjectMeta metadata(long fingerprint, byte[] value) {
        Writer writer = writer(fingerprint);
        if (writer.metadataAt() < 0) {
            return ObjectMeta.EMPTY;
        }
        Object metadata = writer.wrote().node().readField(writer.metadataAt(), new BinaryIn(value, 0, value.length));
        return metadata instanceof ObjectMeta present
                ? present
                : (ObjectMeta) known(ObjectMeta.TYPE.node().adopt(metadata));
    }

    private static Object known(@Nullable Object value) {
        if (value == null) {
            throw new AssertionError("a record is never null");
        }
        return value;
    }

    /// The value as JSON, with `resourceVersion` filled in unless it is 0, without making the object.
    public void toJson(long fingerprint, byte[] value, long resourceVersion, JsonOut out) {
        Binary.toJson(writer(fingerprint).wrote(), value, resourceVersion, out);
    }

    public byte[] toJson(long fingerprint, byte[] value, long resourceVersion) {
        JsonOut out = new JsonOut(value.length * 2 + 256);
        toJson(fingerprint, value, resourceVersion, out);
        return out.toByteArray();
    }
}
