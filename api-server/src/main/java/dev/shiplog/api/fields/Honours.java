package dev.shiplog.api.fields;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which fields of which kinds some component honours, as the components themselves declare.
///
/// A declaration is a line `GROUP/VERSION/KIND PATH`: `core/v1/Pod spec.containers[].image`. A path with `*` at its end
/// stands for everything below it as well. Lines that begin with `#` are comments.
public final class Honours {
    /// The components that declare what they honour, each in `shiplog/honours/NAME.txt`.
    public static final List<String> COMPONENTS =
            List.of("api-server", "scheduler", "controllers", "node-agent", "proxy-agent", "store");

    private final Map<String, Tree> kinds = new HashMap<>();

    /// What is honoured below one field.
    static final class Tree {
        private final Map<String, Tree> children = new HashMap<>();
        private boolean whole;

        @Nullable
        Tree child(String field) {
            return children.get(field);
        }

        Map<String, Tree> children() {
            return children;
        }

        /// Whether everything below is honoured.
        boolean whole() {
            return whole;
        }
    }

    private Honours() {}

    public static Honours of(Stream<String> lines) {
        var honours = new Honours();
        lines.map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .forEach(honours::add);
        return honours;
    }

    private void add(String line) {
        int space = line.indexOf(' ');
        if (space < 0) {
            throw new IllegalArgumentException("no path in the declaration: " + line);
        }
        Tree tree = kinds.computeIfAbsent(line.substring(0, space), _ -> new Tree());
        String path = line.substring(space + 1).strip();
        boolean whole = path.endsWith("*");
        if (whole) {
            path = path.substring(0, path.length() - 1);
        }
        for (String part : path.split("\\.", -1)) {
            String field = part.replace("[]", "").replace("{}", "");
            if (!field.isEmpty()) {
                tree = tree.children.computeIfAbsent(field, _ -> new Tree());
            }
        }
        tree.whole |= whole;
    }

    /// What is honoured of a kind, named as in declarations; null when nothing is.
    @Nullable
    Tree of(String kind) {
        return kinds.get(kind);
    }
}
