package dev.shiplog.api.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Writes JSON as block YAML. Texts that any reader of YAML could take for something else are quoted as in JSON.
final class JsonToYaml {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final Pattern BARE = Pattern.compile("[A-Za-z_/][A-Za-z0-9_./-]*");
    private static final Set<String> WORDS =
            Set.of("true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf");

    private final JsonParser json;
    private final Writer out;

    private JsonToYaml(JsonParser json, Writer out) {
        this.json = json;
        this.out = out;
    }

    static void convert(byte[] json, OutputStream out) throws IOException {
        var writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        try (JsonParser parser = FACTORY.createParser(json)) {
            if (parser.nextToken() != null) {
                var yaml = new JsonToYaml(parser, writer);
                yaml.value(0, Place.TOP);
            }
        }
        writer.flush();
    }

    /// Where a value stands, which decides what separates it from what is before.
    private enum Place {
        TOP,
        MEMBER,
        ITEM
    }

    private void value(int indent, Place place) throws IOException {
        JsonToken token = json.currentToken();
        if (token == JsonToken.START_OBJECT) {
            object(indent, place);
        } else if (token == JsonToken.START_ARRAY) {
            array(indent, place);
        } else {
            String text = token == JsonToken.VALUE_STRING ? text(json.getText()) : json.getText();
            line(place == Place.MEMBER ? " " + text : text);
        }
    }

    private void object(int indent, Place place) throws IOException {
        boolean first = true;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            if (first && place == Place.MEMBER) {
                line("");
            }
            if (!first || place != Place.ITEM) {
                indent(indent);
            }
            first = false;
            out.write(text(json.currentName()));
            out.write(':');
            json.nextToken();
            value(indent + 2, Place.MEMBER);
        }
        if (first) {
            line(place == Place.MEMBER ? " {}" : "{}");
        }
    }

    /// The items of a member stand below its name without further indentation.
    private void array(int indent, Place place) throws IOException {
        int at = place == Place.MEMBER ? indent - 2 : indent;
        boolean first = true;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (first && place == Place.MEMBER) {
                line("");
            }
            if (!first || place != Place.ITEM) {
                indent(at);
            }
            first = false;
            out.write("- ");
            value(at + 2, Place.ITEM);
        }
        if (first) {
            line(place == Place.MEMBER ? " []" : "[]");
        }
    }

    private void indent(int columns) throws IOException {
        for (int i = 0; i < columns; i++) {
            out.write(' ');
        }
    }

    private void line(String text) throws IOException {
        out.write(text);
        out.write('\n');
    }

    private static String text(String value) {
        boolean bare = BARE.matcher(value).matches() && !WORDS.contains(value.toLowerCase(Locale.ROOT));
        return bare ? value : '"' + new String(JsonStringEncoder.getInstance().quoteAsString(value)) + '"';
    }
}
