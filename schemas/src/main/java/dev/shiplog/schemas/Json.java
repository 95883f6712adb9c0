package dev.shiplog.schemas;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Records as the JSON of the Kubernetes API, and back.
///
/// Reading takes what Kubernetes takes: null anywhere means absent, numbers are good quantities, unknown members are
/// dropped and reported. Writing follows Go's rules of presence. One value has one text.
public final class Json {
    /// How deep JSON may nest.
    public static final int DEPTH_MAX = 500;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();
    private static final ObjectMapper TREES = JsonMapper.builder(FACTORY)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private Json() {}

    /// What an object says it is; empty texts if it does not.
    public record Identity(String apiVersion, String kind) {}

    public static Decoded<? extends Typed> decode(Kind kind, byte[] json) {
        return decode(kind.type(), json);
    }

    /// Reads one object; throws [MalformedException] if it is no JSON or a value has a wrong type.
    public static <T extends Typed> Decoded<T> decode(RecordType<T> type, byte[] json) {
        try (JsonParser parser = FACTORY.createParser(json)) {
            return decode(type, parser);
        } catch (IOException e) {
            throw new MalformedException("", "no JSON: " + e.getMessage());
        }
    }

    @SuppressWarnings("unchecked") // a plan makes records of its own type
    private static <T extends Typed> Decoded<T> decode(RecordType<T> type, JsonParser parser) {
        JsonIn in = new JsonIn(parser);
        in.next();
        T object = (T) type.node().fromJson(in);
        in.expectEnd();
        return new Decoded<>(object, in.apiVersion(), in.kind(), in.problems());
    }

    /// Finds `apiVersion` and `kind` without reading the rest as anything.
    public static Identity identify(byte[] json) {
        try (JsonParser parser = FACTORY.createParser(json)) {
            JsonIn in = new JsonIn(parser);
            if (in.next() != JsonToken.START_OBJECT) {
                throw in.wrongType("object");
            }
            while (in.next() == JsonToken.FIELD_NAME) {
                String name = in.name();
                in.enter(name);
                if (!in.typeMember(name)) {
                    in.next();
                    parser.skipChildren();
                }
                in.leave();
            }
            in.expectEnd();
            return new Identity(in.apiVersion(), in.kind());
        } catch (IOException e) {
            throw new MalformedException("", "no JSON: " + e.getMessage());
        }
    }

    /// The object as JSON; a kind begins with its `kind` and `apiVersion`.
    public static byte[] encode(Typed object) {
        JsonOut out = new JsonOut();
        encode(object, out);
        return out.toByteArray();
    }

    public static void encode(Typed object, JsonOut out) {
        object.recordType().node().rootToJson(object, out);
    }

    /// The object as a tree that may be changed.
    public static ObjectNode toTree(Typed object) {
        return (ObjectNode) parse(encode(object));
    }

    /// The tree of any JSON; throws [MalformedException].
    public static JsonNode parse(byte[] json) {
        try (JsonParser parser = FACTORY.createParser(json)) {
            JsonNode tree = TREES.readTree(parser);
            if (tree == null || tree.isMissingNode()) {
                throw new MalformedException("", "unexpected end of JSON input");
            }
            if (parser.nextToken() != null) {
                throw new MalformedException("", "invalid data after the top-level value");
            }
            return tree;
        } catch (IOException e) {
            throw new MalformedException("", reason(e));
        }
    }

    /// Why a text is no JSON, without what is of use to the parser's own users only.
    static String reason(IOException e) {
        return switch (e) {
            case JsonEOFException _ -> "unexpected end of JSON input";
            case JsonProcessingException json -> json.getOriginalMessage().replaceAll(", from `[^`]*`", "");
            default -> "no JSON: " + e.getMessage();
        };
    }

    /// Reads a value that Jackson would write as JSON: text, number, boolean, list or map.
    static @Nullable Object value(Node node, Object plain) {
        try (JsonParser parser = TREES.treeAsTokens(TREES.valueToTree(plain))) {
            JsonIn in = new JsonIn(parser);
            in.next();
            return node.fromJson(in);
        } catch (IOException e) {
            throw new AssertionError("a tree cannot fail to be read", e);
        }
    }

    /// Reads a tree as [#decode] reads text.
    public static <T extends Typed> Decoded<T> fromTree(RecordType<T> type, JsonNode tree) {
        try (JsonParser parser = TREES.treeAsTokens(tree)) {
            return decode(type, parser);
        } catch (IOException e) {
            throw new AssertionError("a tree cannot fail to be read", e);
        }
    }
}
