package dev.shiplog.schemas;

import org.jspecify.annotations.Nullable;

/// The plan of one type: how its values go between Java, Avro bytes and JSON. Compiled once per schema.
abstract class Node {
    /// What the value is when absent.
    abstract @Nullable Object zero();

    /// Whether JSON leaves the value out, unless its field is always there.
    abstract boolean isZero(@Nullable Object value);

    /// The fewest bytes that a value takes.
    int bytesMin() {
        return 1;
    }

    abstract void write(@Nullable Object value, BinaryOut out);

    abstract @Nullable Object read(BinaryIn in);

    abstract void skip(BinaryIn in);

    /// Whether the next value is zero; moves past it if so.
    boolean skipZero(BinaryIn in) {
        if (in.peek() != 0) {
            return false;
        }
        in.skip(1);
        return true;
    }

    abstract void toJson(@Nullable Object value, JsonOut out);

    /// Writes the next value as JSON, without making it.
    abstract void transcode(BinaryIn in, JsonOut out);

    /// Reads the JSON value whose first token is current, which is not null.
    abstract @Nullable Object fromJson(JsonIn in);

    /// The value of another plan as one of this: fields by name, zero for what is missing.
    @Nullable
    Object adopt(@Nullable Object foreign) {
        return foreign == null ? zero() : foreign;
    }

    /// Whether a value of this plan may gain anything from [#withDefaults].
    boolean mayDefault() {
        return false;
    }

    /// The value with Kubernetes' defaults in all records it holds.
    @Nullable
    Object withDefaults(@Nullable Object value) {
        return value;
    }

    static AssertionError wrongType(@Nullable Object value) {
        return new AssertionError("a record holds a value of a wrong type: " + value);
    }
}
