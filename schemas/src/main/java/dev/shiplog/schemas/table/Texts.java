package dev.shiplog.schemas.table;

import dev.shiplog.core.v1.Container;
import dev.shiplog.meta.v1.LabelSelector;
import dev.shiplog.schemas.select.Selector;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Texts that several tables have.
final class Texts {
    static final String NONE = "<none>";

    private Texts() {}

    static String orNone(@Nullable String text) {
        return text == null || text.isEmpty() ? NONE : text;
    }

    static String orUnknown(String text) {
        return text.isEmpty() ? "<unknown>" : text;
    }

    static String labels(Map<String, String> labels) {
        return orNone(labels.entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(",")));
    }

    static String selector(@Nullable LabelSelector selector) {
        return selector == null ? NONE : orNone(Selector.of(selector).text());
    }

    static String names(List<Container> containers) {
        return containers.stream().map(Container::name).collect(Collectors.joining(","));
    }

    static String images(List<Container> containers) {
        return containers.stream().map(Container::image).collect(Collectors.joining(","));
    }

    /// The first of a list, and how many more there are.
    static String some(List<String> all, int max, String none) {
        if (all.isEmpty()) {
            return none;
        }
        String shown = all.stream().limit(max).collect(Collectors.joining(","));
        return all.size() > max ? "%s + %d more...".formatted(shown, all.size() - max) : shown;
    }
}
