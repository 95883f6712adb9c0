package dev.shiplog.schemas;

import java.util.List;
import org.apache.avro.Schema;

/// A generated enum as the codecs see it; `symbols` in schema order.
public record EnumType(Schema schema, List<Enum<?>> symbols) implements NamedType {
    public EnumType {
        symbols = List.copyOf(symbols);
    }

    public static EnumType of(String text, Enum<?>... symbols) {
        return new EnumType(RecordType.parse(text), List.of(symbols));
    }
}
