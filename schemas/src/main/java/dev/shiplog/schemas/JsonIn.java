package dev.shiplog.schemas;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// JSON being read: tokens, the path to the current one, and what a strict reader objects to.
final class JsonIn {
    /// How many objections are kept.
    static final int PROBLEMS_MAX = 100;
    private static final int ERROR_TEXT_MAX = 200;

    private final JsonParser parser;
    private final List<String> problems = new ArrayList<>();
    private @Nullable String[] names = new String[16];
    private int[] indexes = new int[16];
    private int depth;
    private JsonToken token = JsonToken.NOT_AVAILABLE;
    private String apiVersion = "";
    private String kind = "";

    JsonIn(JsonParser parser) {
        this.parser = parser;
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    String apiVersion() {
        return apiVersion;
    }

    String kind() {
        return kind;
    }

    JsonToken next() {
        try {
            JsonToken next = parser.nextToken();
            if (next == null) {
                throw malformed("unexpected end of JSON input");
            }
            token = next;
            return next;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /// Nothing may follow the value that was read.
    void expectEnd() {
        try {
            if (parser.nextToken() != null) {
                throw malformed("invalid data after the top-level value");
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private MalformedException unreadable(IOException e) {
        String message = Json.reason(e);
        var at = parser.currentLocation();
        return new MalformedException(
                path(), shortened(message) + " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")");
    }

    private static String shortened(String message) {
        return message.length() <= ERROR_TEXT_MAX ? message : message.substring(0, ERROR_TEXT_MAX) + "…";
    }

    JsonToken token() {
        return token;
    }

    String name() {
        try {
            return parser.currentName();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    void enter(String name) {
        grow();
        names[depth++] = name;
    }

    void enter(int index) {
        grow();
        names[depth] = null;
        indexes[depth++] = index;
    }

    private void grow() {
        if (depth == names.length) {
            names = Arrays.copyOf(names, depth * 2);
            indexes = Arrays.copyOf(indexes, depth * 2);
        }
    }

    void leave() {
        depth--;
    }

    String path() {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < depth; i++) {
            String name = names[i];
            if (name == null) {
                path.append('[').append(indexes[i]).append(']');
            } else {
                path.append(i == 0 ? "" : ".").append(name);
            }
        }
        return path.toString();
    }

    /// The member just named is no field of its record: notes that and passes its value.
    void unknown() {
        problem("unknown field");
        next();
        skip();
    }

    void duplicate() {
        problem("duplicate field");
    }

    private void problem(String what) {
        if (problems.size() < PROBLEMS_MAX) {
            problems.add(what + " \"" + path() + "\"");
        }
    }

    private void skip() {
        try {
            parser.skipChildren();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /// Takes `apiVersion` or `kind` of a kind; false for any other name. Only the outermost ones are remembered.
    boolean typeMember(String name) {
        boolean version = name.equals("apiVersion");
        if (!version && !name.equals("kind")) {
            return false;
        }
        String text = next() == JsonToken.VALUE_NULL ? "" : text("string");
        if (depth == 1) {
            if (!(version ? apiVersion : kind).isEmpty()) {
                duplicate();
            }
            if (version) {
                apiVersion = text;
            } else {
                kind = text;
            }
        }
        return true;
    }

    MalformedException malformed(String message) {
        return new MalformedException(path(), message);
    }

    MalformedException wrongType(String wanted) {
        String found = switch (token) {
            case START_OBJECT -> "object";
            case START_ARRAY -> "array";
            case VALUE_STRING -> "string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "number";
            case VALUE_TRUE, VALUE_FALSE -> "bool";
            default -> "null";
        };
        return malformed("cannot read " + found + " as " + wanted);
    }

    String text(String wanted) {
        if (token != JsonToken.VALUE_STRING) {
            throw wrongType(wanted);
        }
        try {
            return parser.getText();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    String numberText() {
        try {
            return parser.getText();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    long whole(String wanted, long least, long most) {
        if (token != JsonToken.VALUE_NUMBER_INT) {
            if (token == JsonToken.VALUE_NUMBER_FLOAT) {
                throw malformed("cannot read number " + shortened(numberText()) + " as " + wanted);
            }
            throw wrongType(wanted);
        }
        try {
            JsonParser.NumberType type = parser.getNumberType();
            if (type == JsonParser.NumberType.INT || type == JsonParser.NumberType.LONG) {
                long value = parser.getLongValue();
                if (value >= least && value <= most) {
                    return value;
                }
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
        throw malformed("cannot read number " + shortened(numberText()) + " as " + wanted);
    }

    double real() {
        if (!token.isNumeric()) {
            throw wrongType("number");
        }
        try {
            double value = parser.getDoubleValue();
            if (Double.isFinite(value)) {
                return value;
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
        throw malformed("a number is out of range");
    }

    byte[] base64() {
        String text = text("bytes");
        if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
            text = text.replace("\n", "").replace("\r", "");
        }
        if (text.length() % 4 != 0) {
            throw malformed("illegal base64 data");
        }
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw malformed("illegal base64 data");
        }
    }

    /// The value as compact JSON text; numbers stay as they are written.
    String freeJson() {
        JsonOut out = new JsonOut(256);
        copy(out);
        return out.toString();
    }

    private void copy(JsonOut out) {
        switch (token) {
            case START_OBJECT -> {
                out.beginObject();
                while (next() == JsonToken.FIELD_NAME) {
                    out.name(name());
                    next();
                    copy(out);
                }
                out.endObject();
            }
            case START_ARRAY -> {
                out.beginList();
                while (next() != JsonToken.END_ARRAY) {
                    out.separate();
                    copy(out);
                }
                out.endList();
            }
            case VALUE_STRING -> out.string(text("string"));
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> out.raw(numberText());
            case VALUE_TRUE -> out.bool(true);
            case VALUE_FALSE -> out.bool(false);
            default -> out.nothing();
        }
    }
}
