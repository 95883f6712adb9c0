package dev.shiplog.api.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Tells an OpenAPI v2 document in the protocol buffers of Gnostic (`openapi.v2.Document` of `OpenAPIv2.proto`):
/// kubectl
/// before 1.29 reads no other form, and applies nothing without it.
///
/// Driven by tables of the messages that such a document uses. What the tables do not name is left out.
final class SwaggerProto {
    static final String MEDIA_TYPE = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
    /// As clients ask for it, in its older and its newer spelling.
    static final String SUBTYPE_OLDER = "com.github.proto-openapi.spec.v2@v1.0+protobuf";

    static final String SUBTYPE = MEDIA_TYPE.substring(MEDIA_TYPE.indexOf('/') + 1);

    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED_64 = 1;
    private static final int VARINT = 0;
    private static final String EXTENSION = "x-";

    /// How one member of a JSON object becomes the field of a message.
    private interface Value {
        void write(JsonNode json, int number, Out out);
    }

    /// @param extensions the number of the field that takes members beginning with `x-`, 0 when there is none
    private record Message(Map<String, Member> members, int extensions) implements Value {
        @Override
        public void write(JsonNode json, int number, Out out) {
            out.bytes(number, encoded(json));
        }

        byte[] encoded(JsonNode json) {
            var out = new Out();
            json.properties().forEach(member -> {
                Member known = members.get(member.getKey());
                if (known != null) {
                    known.value().write(member.getValue(), known.number(), out);
                } else if (extensions > 0 && member.getKey().startsWith(EXTENSION)) {
                    out.bytes(extensions, named(member.getKey(), any(member.getValue())));
                }
            });
            return out.toByteArray();
        }
    }

    private record Member(int number, Value value) {}

    private static final Value TEXT = (json, number, out) -> out.text(number, json.asText());
    private static final Value FLAG = (json, number, out) -> out.flag(number, json.asBoolean());
    private static final Value REAL = (json, number, out) -> out.real(number, json.asDouble());
    private static final Value ANY = (json, number, out) -> out.bytes(number, any(json));
    /// A `TypeItem`, whose field 1 is the name.
    private static final Value TYPE = (json, number, out) -> {
        var type = new Out();
        type.text(1, json.asText());
        out.bytes(number, type.toByteArray());
    };
    /// Schemas refer to schemas, so they are looked up when one is written.
    private static final Value SCHEMA = (json, number, out) -> out.bytes(number, schema(json));

    private static final Map<String, Member> SCHEMA_MEMBERS = Map.ofEntries(
            member("$ref", 1, TEXT),
            member("format", 2, TEXT),
            member("title", 3, TEXT),
            member("description", 4, TEXT),
            member("default", 5, ANY),
            member("maximum", 7, REAL),
            member("minimum", 9, REAL),
            member("pattern", 13, TEXT),
            member("uniqueItems", 16, FLAG),
            member("required", 19, each(TEXT)),
            member("enum", 20, each(ANY)),
            member("additionalProperties", 21, within(SCHEMA)),
            member("type", 22, TYPE),
            member("items", 23, within(SCHEMA)),
            member("allOf", 24, each(SCHEMA)),
            member("properties", 25, map(1, SCHEMA)));
    private static final Message SCHEMA_MESSAGE = new Message(SCHEMA_MEMBERS, 31);

    private static final Message BODY = new Message(
            Map.ofEntries(
                    member("description", 1, TEXT),
                    member("name", 2, TEXT),
                    member("in", 3, TEXT),
                    member("required", 4, FLAG),
                    member("schema", 5, SCHEMA)),
            6);
    private static final Message QUERY = new Message(
            Map.ofEntries(
                    member("required", 1, FLAG),
                    member("in", 2, TEXT),
                    member("description", 3, TEXT),
                    member("name", 4, TEXT),
                    member("type", 6, TEXT),
                    member("format", 7, TEXT),
                    member("uniqueItems", 20, FLAG)),
            23);
    private static final Message PATH_PARAMETER = new Message(
            Map.ofEntries(
                    member("required", 1, FLAG),
                    member("in", 2, TEXT),
                    member("description", 3, TEXT),
                    member("name", 4, TEXT),
                    member("type", 5, TEXT),
                    member("format", 6, TEXT),
                    member("uniqueItems", 19, FLAG)),
            22);
    /// `ParametersItem` ⊃ `Parameter` ⊃ `BodyParameter`, or ⊃ `NonBodyParameter` ⊃ where it stands.
    private static final Value PARAMETER = (json, number, out) -> {
        byte[] parameter = switch (json.path("in").asText()) {
            case "body" -> wrapped(1, BODY.encoded(json));
            case "path" -> wrapped(2, wrapped(4, PATH_PARAMETER.encoded(json)));
            default -> wrapped(2, wrapped(3, QUERY.encoded(json)));
        };
        out.bytes(number, wrapped(1, parameter));
    };
    private static final Message RESPONSE =
            new Message(Map.ofEntries(member("description", 1, TEXT), member("schema", 2, within(SCHEMA))), 5);
    private static final Message OPERATION = new Message(
            Map.ofEntries(
                    member("description", 3, TEXT),
                    member("operationId", 5, TEXT),
                    member("produces", 6, each(TEXT)),
                    member("consumes", 7, each(TEXT)),
                    member("parameters", 8, each(PARAMETER)),
                    member("responses", 9, map(1, within(RESPONSE)))),
            13);
    private static final Message PATH = new Message(
            Map.ofEntries(
                    member("get", 2, OPERATION),
                    member("put", 3, OPERATION),
                    member("post", 4, OPERATION),
                    member("delete", 5, OPERATION),
                    member("options", 6, OPERATION),
                    member("head", 7, OPERATION),
                    member("patch", 8, OPERATION),
                    member("parameters", 9, each(PARAMETER))),
            10);
    private static final Message INFO =
            new Message(Map.ofEntries(member("title", 1, TEXT), member("version", 2, TEXT)), 7);
    private static final Message DOCUMENT = new Message(
            Map.ofEntries(
                    member("swagger", 1, TEXT),
                    member("info", 2, INFO),
                    member("paths", 8, map(2, PATH)),
                    member("definitions", 9, map(1, SCHEMA))),
            16);

    private SwaggerProto() {}

    static byte[] of(JsonNode swagger) {
        return DOCUMENT.encoded(swagger);
    }

    private static byte[] schema(JsonNode json) {
        return SCHEMA_MESSAGE.encoded(json);
    }

    private static Map.Entry<String, Member> member(String name, int number, Value value) {
        return Map.entry(name, new Member(number, value));
    }

    /// A repeated field.
    private static Value each(Value value) {
        return (json, number, out) -> json.forEach(item -> value.write(item, number, out));
    }

    /// A message around the value, which is its field 1.
    private static Value within(Value value) {
        return (json, number, out) -> {
            var around = new Out();
            value.write(json, 1, around);
            out.bytes(number, around.toByteArray());
        };
    }

    /// A message with a repeated field of named values.
    private static Value map(int entries, Value value) {
        return (json, number, out) -> {
            var map = new Out();
            json.properties().forEach(entry -> {
                var named = new Out();
                named.text(1, entry.getKey());
                value.write(entry.getValue(), 2, named);
                map.bytes(entries, named.toByteArray());
            });
            out.bytes(number, map.toByteArray());
        };
    }

    private static byte[] named(String name, byte[] value) {
        var named = new Out();
        named.text(1, name);
        named.bytes(2, value);
        return named.toByteArray();
    }

    /// A value of any shape goes as YAML, which JSON is.
    private static byte[] any(JsonNode json) {
        var any = new Out();
        any.text(2, json.toString());
        return any.toByteArray();
    }

    private static byte[] wrapped(int number, byte[] message) {
        var out = new Out();
        out.bytes(number, message);
        return out.toByteArray();
    }

    /// The wire format of protocol buffers, as far as it is needed.
    private static final class Out {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        void text(int number, String text) {
            bytes(number, text.getBytes(StandardCharsets.UTF_8));
        }

        void bytes(int number, byte[] message) {
            tag(number, LENGTH_DELIMITED);
            varint(message.length);
            bytes.writeBytes(message);
        }

        void flag(int number, boolean flag) {
            tag(number, VARINT);
            varint(flag ? 1 : 0);
        }

        void real(int number, double value) {
            tag(number, FIXED_64);
            long bits = Double.doubleToLongBits(value);
            for (int shift = 0; shift < 64; shift += 8) {
                bytes.write((int) (bits >>> shift));
            }
        }

        private void tag(int number, int wireType) {
            varint(((long) number << 3) | wireType);
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                bytes.write((int) ((rest & 0x7f) | 0x80));
                rest >>>= 7;
            }
            bytes.write((int) rest);
        }

        byte[] toByteArray() {
            return bytes.toByteArray();
        }
    }
}
