package dev.shiplog.schemas;

import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// Decodes what some version of this program wrote under a registered schema into the present class: fields are taken
/// over
/// by name. Immutable.
public final class Writer<T extends Typed> {
    private final RecordType<?> wrote;
    private final RecordType<T> present;

    private Writer(RecordType<?> wrote, RecordType<T> present) {
        this.wrote = wrote;
        this.present = present;
    }

    /// Reads what was written with the stripped schema `registered`.
    public static <T extends Typed> Writer<T> of(Schema registered, RecordType<T> present) {
        return registered.equals(RecordType.parse(present.strippedText()))
                ? new Writer<>(present, present)
                : new Writer<>(RecordType.dynamic(Facts.over(registered, present.schema())), present);
    }

    /// Reads the bytes from `from` on; throws [MalformedException] if this writer did not write them.
    @SuppressWarnings("unchecked") // a type adopts into records of its own
    public T decode(byte[] bytes, int from) {
        Typed record = Binary.decode(wrote, bytes, from);
        if (wrote == present) {
            return (T) record;
        }
        @Nullable Object adopted = present.node().adopt(record);
        if (adopted == null) {
            throw new MalformedException("", "the record is empty");
        }
        return (T) adopted;
    }
}
