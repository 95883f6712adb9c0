package dev.shiplog.schemas;

/// Records as Avro's binary encoding, and back. Equal records have equal bytes: maps are written in key order.
public final class Binary {
    private Binary() {}

    public static byte[] encode(Typed record) {
        BinaryOut out = new BinaryOut();
        record.recordType().node().write(record, out);
        return out.toByteArray();
    }

    /// Reads bytes that were written by exactly this type; throws [MalformedException] if they were not.
    public static <T extends Typed> T decode(RecordType<T> type, byte[] bytes) {
        return decode(type, bytes, 0);
    }

    /// As above, of the bytes from `from` on.
    @SuppressWarnings("unchecked") // a plan makes records of its own type
    public static <T extends Typed> T decode(RecordType<T> type, byte[] bytes, int from) {
        BinaryIn in = new BinaryIn(bytes, from, bytes.length);
        T record = (T) type.node().read(in);
        if (!in.atEnd()) {
            throw new MalformedException("", "bytes are left over");
        }
        return record;
    }

    /// Writes one record of the type as JSON without making it; `resourceVersion` is filled in unless it is 0.
    public static void toJson(RecordType<?> type, byte[] bytes, long resourceVersion, JsonOut out) {
        BinaryIn in = new BinaryIn(bytes, 0, bytes.length);
        type.node().transcodeRoot(in, out, resourceVersion);
        if (!in.atEnd()) {
            throw new MalformedException("", "bytes are left over");
        }
    }
}
