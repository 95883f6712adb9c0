package dev.shiplog.schemas;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// A record class as the codecs see it: its schema, a way to make one, and the plan compiled from the schema.
public final class RecordType<T extends Typed> implements NamedType {
    private final Schema schema;
    private final Function<@Nullable Object[], T> maker;
    private final Map<String, NamedType> types;
    private final Lazy<RecordNode> node;
    private final Lazy<String> strippedText;
    private final Lazy<Long> fingerprint;

    private RecordType(Schema schema, Map<String, NamedType> types, Function<@Nullable Object[], T> maker) {
        this.schema = schema;
        this.maker = maker;
        this.types = types;
        this.node = new Lazy<>(() -> PlanCompiler.compile(this));
        this.strippedText = new Lazy<>(() -> StrippedSchema.of(schema).toString());
        this.fingerprint = new Lazy<>(() -> Fingerprints.of(strippedText()));
    }

    /// The type whose schema is `text`, in which `types` are named but not defined.
    public static <T extends Typed> RecordType<T> of(
            String text, Function<@Nullable Object[], T> maker, NamedType... types) {
        Map<String, NamedType> byName = new HashMap<>();
        List<Schema> schemas = new ArrayList<>();
        for (NamedType type : types) {
            byName.put(type.schema().getFullName(), type);
            schemas.add(type.schema());
        }
        return new RecordType<>(new Schema.Parser().addTypes(schemas).parse(text), Map.copyOf(byName), maker);
    }

    /// A type without a class: its records are [DynamicRecord]s, and so are all records within.
    public static RecordType<DynamicRecord> dynamic(Schema schema) {
        return new Self(schema).type;
    }

    /// Ties the knot between a dynamic type and its maker.
    private static final class Self {
        private final RecordType<DynamicRecord> type;

        private Self(Schema schema) {
            this.type = new RecordType<>(schema, Map.of(), this::make);
        }

        private DynamicRecord make(@Nullable Object[] values) {
            return new DynamicRecord(type, values.clone());
        }
    }

    static Schema parse(String text) {
        return new Schema.Parser().parse(text);
    }

    @Override
    public Schema schema() {
        return schema;
    }

    /// The text that is registered: no documentation, no facts but `jsonName` and `logicalType`, empty values as
    /// defaults.
    public String strippedText() {
        return strippedText.get();
    }

    /// The first 8 bytes of SHA-256 of the stripped text.
    public long fingerprint() {
        return fingerprint.get();
    }

    /// One record; `values` are in schema order and not kept.
    public T make(@Nullable Object[] values) {
        return maker.apply(values);
    }

    RecordNode node() {
        return node.get();
    }

    /// The class behind a type that this one's fields name, if it has one.
    @Nullable
    NamedType named(String fullName) {
        return types.get(fullName);
    }

    @Override
    public String toString() {
        return schema.getFullName();
    }
}
