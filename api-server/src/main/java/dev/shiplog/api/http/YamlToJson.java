package dev.shiplog.api.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/// Turns a YAML document into JSON, reading plain scalars as Kubernetes' tools do (`yes` is true, `0644` is octal).
/// A key that is there twice stays twice, for strict decoding to find.
final class YamlToJson {
    /// How many values a document may have once its aliases are written out.
    static final int VALUES_MAX = 500_000;

    static final int DEPTH_MAX = 200;

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final Pattern JSON_NUMBER = Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][-+]?\\d+)?");
    private static final Pattern OCTAL = Pattern.compile("([-+]?)0o?([0-7]+)");
    private static final Set<String> TRUE = Set.of("true", "yes", "on");
    private static final Set<String> FALSE = Set.of("false", "no", "off");

    private final JsonGenerator json;
    private int values;

    private YamlToJson(JsonGenerator json) {
        this.json = json;
    }

    /// @throws StatusException 400 when it is no single YAML document that JSON can express
    static byte[] convert(byte[] yaml) {
        var settings = LoadSettings.builder()
                .setSchema(new CoreSchema())
                .setCodePointLimit(ApiRequest.BODY_MAX)
                .build();
        var bytes = new ByteArrayOutputStream(yaml.length + yaml.length / 4);
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            Node root = new Compose(settings)
                    .composeString(new String(yaml, StandardCharsets.UTF_8))
                    .orElseThrow(() -> malformed("the document is empty"));
            new YamlToJson(json).write(root, 0);
        } catch (YamlEngineException e) {
            throw malformed(e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static StatusException malformed(String why) {
        return new StatusException(ApiStatus.badRequest("error converting YAML to JSON: " + why));
    }

    private void write(Node node, int depth) throws IOException {
        if (++values > VALUES_MAX || depth > DEPTH_MAX) {
            throw malformed("document contains excessive aliasing or nesting");
        }
        switch (node) {
            case ScalarNode scalar -> scalar(scalar);
            case SequenceNode sequence -> {
                json.writeStartArray();
                for (Node item : sequence.getValue()) {
                    write(item, depth + 1);
                }
                json.writeEndArray();
            }
            case MappingNode mapping -> {
                json.writeStartObject();
                members(mapping, depth, new HashSet<>());
                json.writeEndObject();
            }
            default -> throw malformed("unexpected " + node.getNodeType());
        }
    }

    /// Own members first; those that `<<` merges in follow unless the mapping has them itself.
    private void members(MappingNode mapping, int depth, Set<String> taken) throws IOException {
        if (depth > DEPTH_MAX) {
            throw malformed("document contains excessive aliasing or nesting");
        }
        boolean merged = !taken.isEmpty();
        for (NodeTuple member : mapping.getValue()) {
            String key = key(member.getKeyNode());
            if (!isMerge(member.getKeyNode()) && (!merged || !taken.contains(key))) {
                json.writeFieldName(key);
                write(member.getValueNode(), depth + 1);
            }
        }
        for (NodeTuple member : mapping.getValue()) {
            taken.add(key(member.getKeyNode()));
        }
        for (NodeTuple member : mapping.getValue()) {
            if (isMerge(member.getKeyNode())) {
                List<Node> sources = member.getValueNode() instanceof SequenceNode sequence
                        ? sequence.getValue()
                        : List.of(member.getValueNode());
                for (Node source : sources) {
                    if (!(source instanceof MappingNode more)) {
                        throw malformed("map merge requires map or sequence of maps as the value");
                    }
                    members(more, depth + 1, taken);
                }
            }
        }
    }

    private static boolean isMerge(Node key) {
        return key instanceof ScalarNode scalar
                && scalar.getScalarStyle() == ScalarStyle.PLAIN
                && scalar.getValue().equals("<<");
    }

    private static String key(Node key) {
        if (key instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw malformed("a mapping key is no scalar");
    }

    private void scalar(ScalarNode scalar) throws IOException {
        String text = scalar.getValue();
        Tag tag = scalar.getTag();
        boolean plain = scalar.getScalarStyle() == ScalarStyle.PLAIN;
        if (!plain) {
            json.writeString(text);
        } else if (tag.equals(Tag.NULL)) {
            json.writeNull();
        } else if (tag.equals(Tag.INT) || OCTAL.matcher(text).matches()) {
            integer(text);
        } else if (tag.equals(Tag.FLOAT)) {
            number(text);
        } else if (word(TRUE, text)) {
            json.writeBoolean(true);
        } else if (word(FALSE, text)) {
            json.writeBoolean(false);
        } else {
            json.writeString(text);
        }
    }

    /// Whether the text is one of the words in lower case, in capitals, or with a capital first letter.
    private static boolean word(Set<String> words, String text) {
        return words.stream()
                .anyMatch(word -> text.equals(word)
                        || text.equals(word.toUpperCase(Locale.ROOT))
                        || text.equals(Character.toUpperCase(word.charAt(0)) + word.substring(1)));
    }

    private void integer(String text) throws IOException {
        var octal = OCTAL.matcher(text);
        if (octal.matches()) {
            json.writeNumber(new BigInteger(octal.group(1) + octal.group(2), 8));
        } else if (text.contains("x")) {
            json.writeNumber(new BigInteger(text.replace("0x", ""), 16));
        } else {
            json.writeNumber(new BigInteger(text));
        }
    }

    private void number(String text) throws IOException {
        if (JSON_NUMBER.matcher(text).matches()) {
            json.writeNumber(text);
            return;
        }
        try {
            json.writeNumber(new BigDecimal(text).toString());
        } catch (NumberFormatException _) {
            throw malformed("json: unsupported value: " + text);
        }
    }
}
