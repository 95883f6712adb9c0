package dev.shiplog.schemas;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/// YAML as JSON text, so that one reader does for both. Doubled keys stay doubled, for the strict reader to see.
public final class Yaml {
    /// The largest input, in characters.
    public static final int INPUT_MAX = 4 << 20;
    /// The largest output, in bytes: aliases repeat what they name.
    public static final int OUTPUT_MAX = 16 << 20;

    private static final Set<String> NOT_FINITE = Set.of(".inf", "-.inf", "+.inf", ".nan");

    private final JsonOut out = new JsonOut(4096);

    private Yaml() {}

    /// The only document of the text; throws [MalformedException].
    public static byte[] toJson(byte[] yaml) {
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit(INPUT_MAX)
                .setAllowDuplicateKeys(true)
                .setSchema(new CoreSchema())
                .build();
        String text = new String(yaml, StandardCharsets.UTF_8);
        try {
            refuseDeep(settings, text);
            Iterator<Node> documents =
                    new Compose(settings).composeAllFromString(text).iterator();
            if (!documents.hasNext()) {
                throw new MalformedException("", "unexpected end of YAML input");
            }
            Yaml writer = new Yaml();
            writer.write(documents.next(), 0);
            if (documents.hasNext()) {
                throw new MalformedException("", "more than one YAML document");
            }
            return writer.out.toByteArray();
        } catch (YamlEngineException e) {
            throw new MalformedException("", "error converting YAML to JSON: " + e.getMessage());
        }
    }

    /// The composer goes down with the text, on the stack; the parser does not.
    private static void refuseDeep(LoadSettings settings, String text) {
        int depth = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            switch (event) {
                case CollectionStartEvent _ -> depth++;
                case CollectionEndEvent _ -> depth--;
                default -> {}
            }
            if (depth > Json.DEPTH_MAX) {
                throw tooMuch();
            }
        }
    }

    private static MalformedException tooMuch() {
        return new MalformedException("", "YAML nests too deep or repeats too much");
    }

    private void write(Node node, int depth) {
        if (depth > Json.DEPTH_MAX || out.size() > OUTPUT_MAX) {
            throw tooMuch();
        }
        switch (node) {
            case MappingNode mapping -> {
                out.beginObject();
                for (NodeTuple member : mapping.getValue()) {
                    if (!(member.getKeyNode() instanceof ScalarNode key)) {
                        throw new MalformedException("", "a YAML key is no text");
                    }
                    out.name(key.getValue());
                    write(member.getValueNode(), depth + 1);
                }
                out.endObject();
            }
            case SequenceNode sequence -> {
                out.beginList();
                for (Node item : sequence.getValue()) {
                    out.separate();
                    write(item, depth + 1);
                }
                out.endList();
            }
            case ScalarNode scalar -> scalar(scalar);
            default -> throw new MalformedException("", "YAML of an unknown shape");
        }
    }

    private void scalar(ScalarNode scalar) {
        Tag tag = scalar.getTag();
        String text = scalar.getValue();
        if (tag.equals(Tag.NULL)) {
            out.nothing();
        } else if (tag.equals(Tag.BOOL)) {
            out.bool(Boolean.parseBoolean(text));
        } else if (tag.equals(Tag.INT) || (tag.equals(Tag.FLOAT) && !NOT_FINITE.contains(text))) {
            out.raw(number(text));
        } else {
            out.string(text);
        }
    }

    /// The JSON form of a YAML number; what JSON can write stays as it is.
    private static String number(String text) {
        if (text.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
            return text;
        }
        try {
            return switch (text.startsWith("0o") ? 'o' : text.startsWith("0x") ? 'x' : 'd') {
                case 'o' -> Long.toString(Long.parseLong(text.substring(2), 8));
                case 'x' -> Long.toString(Long.parseLong(text.substring(2), 16));
                default -> new java.math.BigDecimal(text).toString();
            };
        } catch (NumberFormatException e) {
            throw new MalformedException("", "no number: " + text);
        }
    }
}
