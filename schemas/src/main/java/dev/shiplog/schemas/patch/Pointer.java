package dev.shiplog.schemas.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A JSON pointer, RFC 6901, and what a JSON patch does at the place it names. Each change returns the document, which
/// is another node only when the pointer names the whole of it.
record Pointer(String text, List<String> tokens) {
    private static final int END = -1;

    static Pointer parse(String text) {
        if (text.isEmpty()) {
            return new Pointer(text, List.of());
        }
        if (text.charAt(0) != '/') {
            throw PatchException.malformed("the path '%s' must begin with /".formatted(text));
        }
        var tokens = new ArrayList<String>();
        for (String raw : text.substring(1).split("/", -1)) {
            tokens.add(raw.replace("~1", "/").replace("~0", "~"));
        }
        return new Pointer(text, tokens);
    }

    boolean isBelow(Pointer other) {
        return tokens.size() > other.tokens.size()
                && tokens.subList(0, other.tokens.size()).equals(other.tokens);
    }

    JsonNode get(JsonNode document, String op) {
        @Nullable JsonNode found = find(document, tokens.size());
        if (found == null) {
            throw missing(op);
        }
        return found;
    }

    JsonNode add(JsonNode document, JsonNode value) {
        if (tokens.isEmpty()) {
            return value;
        }
        switch (parent(document, "add")) {
            case ObjectNode object -> object.set(tokens.getLast(), value);
            case ArrayNode array -> {
                int index = index(tokens.getLast(), array.size());
                if (index == END) {
                    array.add(value);
                } else {
                    array.insert(index, value);
                }
            }
            default -> throw missing("add");
        }
        return document;
    }

    JsonNode replace(JsonNode document, JsonNode value) {
        if (tokens.isEmpty()) {
            return value;
        }
        get(document, "replace");
        switch (parent(document, "replace")) {
            case ObjectNode object -> object.set(tokens.getLast(), value);
            case ArrayNode array -> array.set(index(tokens.getLast(), array.size() - 1), value);
            default -> throw missing("replace");
        }
        return document;
    }

    JsonNode remove(JsonNode document) {
        if (tokens.isEmpty()) {
            throw PatchException.unfit("the whole object cannot be removed");
        }
        get(document, "remove");
        switch (parent(document, "remove")) {
            case ObjectNode object -> object.remove(tokens.getLast());
            case ArrayNode array -> array.remove(index(tokens.getLast(), array.size() - 1));
            default -> throw missing("remove");
        }
        return document;
    }

    private JsonNode parent(JsonNode document, String op) {
        @Nullable JsonNode parent = find(document, tokens.size() - 1);
        if (parent == null) {
            throw missing(op);
        }
        return parent;
    }

    private @Nullable JsonNode find(JsonNode document, int depth) {
        @Nullable JsonNode node = document;
        for (String token : tokens.subList(0, depth)) {
            node = switch (node) {
                case ObjectNode object -> object.get(token);
                case ArrayNode array -> token.equals("-") ? null : array.get(index(token, array.size()));
                case null, default -> null;
            };
        }
        return node;
    }

    private int index(String token, int max) {
        if (token.equals("-")) {
            return END;
        }
        boolean number = !token.isEmpty()
                && token.length() < 10
                && token.chars().allMatch(c -> c >= '0' && c <= '9')
                && (token.length() == 1 || token.charAt(0) != '0');
        if (!number) {
            throw PatchException.unfit("'%s' in the path '%s' is no list index".formatted(token, text));
        }
        int index = Integer.parseInt(token);
        if (index > max) {
            throw PatchException.unfit("the list index %d in the path '%s' is out of bounds".formatted(index, text));
        }
        return index;
    }

    private PatchException missing(String op) {
        return PatchException.unfit("%s operation does not apply: the path '%s' is missing".formatted(op, text));
    }

    @Override
    public String toString() {
        return text;
    }
}
