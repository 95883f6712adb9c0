package dev.shiplog.schemas;

import com.fasterxml.jackson.core.JsonToken;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The plans of values that hold no others.
final class Scalars {
    private Scalars() {}

    static class Text extends Node {
        @Override
        Object zero() {
            return "";
        }

        @Override
        boolean isZero(@Nullable Object value) {
            return ((String) value(value)).isEmpty();
        }

        @Override
        void write(@Nullable Object value, BinaryOut out) {
            out.string((String) value(value));
        }

        @Override
        Object read(BinaryIn in) {
            return in.string();
        }

        @Override
        void skip(BinaryIn in) {
            in.skip(in.length());
        }

        @Override
        void toJson(@Nullable Object value, JsonOut out) {
            out.string((String) value(value));
        }

        @Override
        void transcode(BinaryIn in, JsonOut out) {
            in.stringTo(out);
        }

        @Override
        Object fromJson(JsonIn in) {
            return in.text("string");
        }
    }

    /// A Quantity: kept in its canonical form; numbers are accepted; absent is 0.
    static final class Amount extends Text {
        private final boolean zeroIsAbsent;

        /// `zeroIsAbsent` where Go holds it by value, so that there is no telling the two apart.
        Amount(boolean zeroIsAbsent) {
            this.zeroIsAbsent = zeroIsAbsent;
        }

        @Override
        void toJson(@Nullable Object value, JsonOut out) {
            String text = (String) value(value);
            out.string(text.isEmpty() ? "0" : text);
        }

        @Override
        void transcode(BinaryIn in, JsonOut out) {
            if (skipZero(in)) {
                out.string("0");
            } else {
                in.stringTo(out);
            }
        }

        @Override
        Object fromJson(JsonIn in) {
            String text = in.token().isNumeric()
                    ? in.numberText()
                    : in.text("quantity").strip();
            try {
                String canonical = Quantity.canonical(text);
                return zeroIsAbsent && canonical.equals("0") ? "" : canonical;
            } catch (IllegalArgumentException e) {
                throw in.malformed(String.valueOf(e.getMessage()));
            }
        }
    }

    /// JSON of any shape, kept as its text.
    static final class Free extends Text {
        @Override
        void toJson(@Nullable Object value, JsonOut out) {
            String text = (String) value(value);
            if (text.isEmpty()) {
                out.nothing();
            } else {
                out.json(text);
            }
        }

        @Override
        void transcode(BinaryIn in, JsonOut out) {
            if (skipZero(in)) {
                out.nothing();
            } else {
                in.rawTo(out);
            }
        }

        @Override
        Object fromJson(JsonIn in) {
            return in.freeJson();
        }
    }

    static final class Whole extends Node {
        private final boolean wide;

        Whole(boolean wide) {
            this.wide = wide;
        }

        @Override
        Object zero() {
            return box(0);
        }

        private Object box(long value) {
            return wide ? (Object) value : (Object) (int) value;
        }

        @Override
        boolean isZero(@Nullable Object value) {
            return ((Number) value(value)).longValue() == 0;
        }

        @Override
        Object adopt(@Nullable Object foreign) {
            return foreign instanceof Number number ? box(number.longValue()) : zero();
        }

        @Override
        void write(@Nullable Object value, BinaryOut out) {
            out.number(((Number) value(value)).longValue());
        }

        @Override
        Object read(BinaryIn in) {
            return wide ? (Object) in.number() : (Object) in.integer();
        }

        @Override
        void skip(BinaryIn in) {
            in.number();
        }

        @Override
        void toJson(@Nullable Object value, JsonOut out) {
            out.number(((Number) value(value)).longValue());
        }

        @Override
        void transcode(BinaryIn in, JsonOut out) {
            out.number(wide ? in.number() : in.integer());
        }

        @Override
        Object fromJson(JsonIn in) {
            return wide
                    ? (Object) in.whole("int64", Long.MIN_VALUE, Long.MAX_VALUE)
                    : (Object) (int) in.whole("int32", Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
    }

    static final class Truth extends Node {
        @Override
        Object zero() {
            return false;
        }

        @Override
        boolean isZero(@Nullable Object value) {
            return !(Boolean) value(value);
        }

        @Override
        void write(@Nullable Object value, BinaryOut out) {
            out.bool((Boolean) value(value));
        }

        @Override
        Object read(BinaryIn in) {
            return in.bool();
        }

        @Override
        void skip(BinaryIn in) {
            in.bool();
        }

        @Override
        void toJson(@Nullable Object value, JsonOut out) {
            out.bool((Boolean) value(value));
        }

        @Override
        void transcode(BinaryIn in, JsonOut out) {
            out.bool(in.bool());
        }

        @Override
        Object fromJson(JsonIn in) {
            return switch (in.token()) {
                case VALUE_TRUE -> true;
                case VALUE_FALSE -> false;
                default -> throw in.wrongType("bool");
            };
        }
    }

    static final class Real extends Node {
        @Override
        int bytesMin() {
            return 8;
        }

        @Override
        Object zero() {
            return 0.0;
        }

        @Override
        boolean isZero(@Nullable Object value) {
            return Double.doubleToRawLongBits((Double) value(value)) == 0;
        }

        @Override
        void write(@Nullable Object value, BinaryOut out) {
            out.real((Double) value(value));
        }

        @Override
        Object read(BinaryIn in) {
            return in.real();
        }

        @Override
        void skip(BinaryIn in) {
            in.skip(8);
        }

        @Override
        boolean skipZero(BinaryIn in) {
            return in.skipIfRealZero();
        }

        @Override
        void toJson(@Nullable Object value, JsonOut out) {
            put((Double) value(value), out);
        }

        @Override
        void transcode(BinaryIn in, JsonOut out) {
            put(in.real(), out);
        }

        private static void put(double value, JsonOut out) {
            if (value == Math.rint(value) && Math.abs(value) < 1e15) {
                out.number((long) value);
            } else {
                out.raw(Double.isFinite(value) ? Double.toString(value) : "null");
            }
        }

        @Override
        Object fromJson(JsonIn in) {
            return in.real();
        }
    }

    /// A time in microseconds; a Time keeps whole seconds, a MicroTime all.
    static final class Time extends Node {
        private final boolean fraction;

        Time(boolean fraction) {
            this.fraction = fraction;
        }

        @Override
        Object zero() {
            return Instant.EPOCH;
        }

        @Override
        boolean isZero(@Nullable Object value) {
            return value(value).equals(Instant.EPOCH);
        }

        @Override
        void write(@Nullable Object value, BinaryOut out) {
            out.number(Rfc3339.toMicros((Instant) value(value)));
        }

        @Override
        Object read(BinaryIn in) {
            return Rfc3339.fromMicros(in.number());
        }

        @Override
        void skip(BinaryIn in) {
            in.number();
        }

        @Override
        void toJson(@Nullable Object value, JsonOut out) {
            out.time(Rfc3339.toMicros((Instant) value(value)), fraction);
        }

        @Override
        void transcode(BinaryIn in, JsonOut out) {
            out.time(in.number(), fraction);
        }

        @Override
        Object fromJson(JsonIn in) {
            try {
                Instant time = Rfc3339.parse(in.text("time"));
                return fraction
                        ? Rfc3339.fromMicros(Rfc3339.toMicros(time))
                        : Instant.ofEpochSecond(time.getEpochSecond());
            } catch (IllegalArgumentException e) {
                throw in.malformed(String.valueOf(e.getMessage()));
            }
        }
    }

    /// Bytes, as Base64 in JSON: [Bytes] inside a list or map, an array where a field holds them.
    static final class Octets extends Node {
        private final boolean lone;

        Octets(boolean lone) {
            this.lone = lone;
        }

        private static byte[] array(@Nullable Object value) {
            return switch (value) {
                case Bytes bytes -> bytes.shared();
                case byte[] array -> array;
                case null, default -> throw wrongType(value);
            };
        }

        private Object box(byte[] array) {
            return lone ? array : Bytes.wrap(array);
        }

        @Override
        Object zero() {
            return box(new byte[0]);
        }

        @Override
        boolean isZero(@Nullable Object value) {
            return array(value).length == 0;
        }

        @Override
        void write(@Nullable Object value, BinaryOut out) {
            out.bytes(array(value));
        }

        @Override
        Object read(BinaryIn in) {
            return box(in.bytes());
        }

        @Override
        void skip(BinaryIn in) {
            in.skip(in.length());
        }

        @Override
        void toJson(@Nullable Object value, JsonOut out) {
            out.base64(array(value));
        }

        @Override
        void transcode(BinaryIn in, JsonOut out) {
            out.base64(in.bytes());
        }

        @Override
        Object fromJson(JsonIn in) {
            return box(in.base64());
        }
    }

    /// A fixed type of 16 bytes.
    static final class Id extends Node {
        private static final UUID NONE = new UUID(0, 0);

        @Override
        int bytesMin() {
            return 16;
        }

        @Override
        Object zero() {
            return NONE;
        }

        @Override
        boolean isZero(@Nullable Object value) {
            return false;
        }

        @Override
        void write(@Nullable Object value, BinaryOut out) {
            UUID id = (UUID) value(value);
            out.fixed8(id.getMostSignificantBits());
            out.fixed8(id.getLeastSignificantBits());
        }

        @Override
        Object read(BinaryIn in) {
            return new UUID(in.fixed8(), in.fixed8());
        }

        @Override
        void skip(BinaryIn in) {
            in.skip(16);
        }

        @Override
        boolean skipZero(BinaryIn in) {
            return false;
        }

        @Override
        void toJson(@Nullable Object value, JsonOut out) {
            out.string(value(value).toString());
        }

        @Override
        void transcode(BinaryIn in, JsonOut out) {
            toJson(read(in), out);
        }

        @Override
        Object fromJson(JsonIn in) {
            try {
                return UUID.fromString(in.text("uuid"));
            } catch (IllegalArgumentException e) {
                throw in.malformed("no UUID");
            }
        }
    }

    /// A fixed type of 8 bytes: a fingerprint.
    static final class Eight extends Node {
        @Override
        int bytesMin() {
            return 8;
        }

        @Override
        Object zero() {
            return 0L;
        }

        @Override
        boolean isZero(@Nullable Object value) {
            return false;
        }

        @Override
        void write(@Nullable Object value, BinaryOut out) {
            out.fixed8((Long) value(value));
        }

        @Override
        Object read(BinaryIn in) {
            return in.fixed8();
        }

        @Override
        void skip(BinaryIn in) {
            in.skip(8);
        }

        @Override
        boolean skipZero(BinaryIn in) {
            return false;
        }

        @Override
        void toJson(@Nullable Object value, JsonOut out) {
            out.string(Fingerprints.hex((Long) value(value)));
        }

        @Override
        void transcode(BinaryIn in, JsonOut out) {
            out.string(Fingerprints.hex(in.fixed8()));
        }

        @Override
        Object fromJson(JsonIn in) {
            try {
                return Fingerprints.parse(in.text("fingerprint"));
            } catch (IllegalArgumentException e) {
                throw in.malformed("no fingerprint of 16 hexadecimal digits");
            }
        }
    }

    /// One of a few names: a constant of the generated enum, or the name itself in a dynamic record.
    static final class Choice extends Node {
        private final List<String> names;
        private final List<?> symbols;

        Choice(List<String> names, List<?> symbols) {
            this.names = names;
            this.symbols = symbols;
        }

        @Override
        Object zero() {
            return symbols.getFirst();
        }

        @Override
        Object adopt(@Nullable Object foreign) {
            int i = names.indexOf(String.valueOf(foreign));
            return i < 0 ? zero() : symbols.get(i);
        }

        @Override
        boolean isZero(@Nullable Object value) {
            return false;
        }

        @Override
        @SuppressWarnings(
                "EnumOrdinal") // Avro writes the position of a symbol, and the enum is generated from the schema
        void write(@Nullable Object value, BinaryOut out) {
            int ordinal = value instanceof Enum<?> constant ? constant.ordinal() : names.indexOf(value(value));
            if (ordinal < 0) {
                throw wrongType(value);
            }
            out.number(ordinal);
        }

        @Override
        Object read(BinaryIn in) {
            return symbols.get(index(in));
        }

        private int index(BinaryIn in) {
            int i = in.integer();
            if (i < 0 || i >= names.size()) {
                throw new MalformedException("", "an enum has no symbol " + i);
            }
            return i;
        }

        @Override
        void skip(BinaryIn in) {
            index(in);
        }

        @Override
        boolean skipZero(BinaryIn in) {
            return false;
        }

        @Override
        void toJson(@Nullable Object value, JsonOut out) {
            out.string(value(value).toString());
        }

        @Override
        void transcode(BinaryIn in, JsonOut out) {
            out.string(names.get(index(in)));
        }

        @Override
        Object fromJson(JsonIn in) {
            int i = names.indexOf(in.text("string"));
            if (i < 0) {
                throw in.malformed("must be one of " + names);
            }
            return symbols.get(i);
        }
    }

    /// A number or a text, kept as it came; absent is the number 0.
    static final class IntOrText extends Node {
        private final boolean zeroIsAbsent;

        /// `zeroIsAbsent` where Go holds it by value, so that there is no telling the two apart.
        IntOrText(boolean zeroIsAbsent) {
            this.zeroIsAbsent = zeroIsAbsent;
        }

        @Override
        @Nullable
        Object zero() {
            return null;
        }

        @Override
        boolean isZero(@Nullable Object value) {
            return value == null;
        }

        @Override
        void write(@Nullable Object value, BinaryOut out) {
            switch (value) {
                case null -> out.number(0);
                case Integer number -> {
                    out.number(1);
                    out.number(number);
                }
                case String text -> {
                    out.number(2);
                    out.string(text);
                }
                default -> throw wrongType(value);
            }
        }

        @Override
        @Nullable
        Object read(BinaryIn in) {
            return switch (in.integer()) {
                case 0 -> null;
                case 1 -> in.integer();
                case 2 -> in.string();
                default -> throw new MalformedException("", "a union has no such branch");
            };
        }

        @Override
        void skip(BinaryIn in) {
            read(in);
        }

        @Override
        void toJson(@Nullable Object value, JsonOut out) {
            switch (value) {
                case null -> out.number(0);
                case Integer number -> out.number(number);
                case String text -> out.string(text);
                default -> throw wrongType(value);
            }
        }

        @Override
        void transcode(BinaryIn in, JsonOut out) {
            switch (in.integer()) {
                case 0 -> out.number(0);
                case 1 -> out.number(in.integer());
                case 2 -> in.stringTo(out);
                default -> throw new MalformedException("", "a union has no such branch");
            }
        }

        @Override
        @Nullable
        Object fromJson(JsonIn in) {
            if (in.token() == JsonToken.VALUE_STRING) {
                return in.text("string");
            }
            int number = (int) in.whole("int32 or string", Integer.MIN_VALUE, Integer.MAX_VALUE);
            return number == 0 && zeroIsAbsent ? null : (Object) number;
        }
    }

    private static Object value(@Nullable Object value) {
        if (value == null) {
            throw Node.wrongType(null);
        }
        return value;
    }
}
