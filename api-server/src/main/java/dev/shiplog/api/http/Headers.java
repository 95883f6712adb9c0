package dev.shiplog.api.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// HTTP header fields in the order sent; names compare without case. Immutable.
public record Headers(List<Field> fields) {
    public static final Headers NONE = new Headers(List.of());

    /// One header line.
    public record Field(String name, String value) {}

    public Headers {
        fields = List.copyOf(fields);
    }

    public static Headers of(String name, String value) {
        return new Headers(List.of(new Field(name, value)));
    }

    public Headers with(String name, String value) {
        var longer = new ArrayList<>(fields);
        longer.add(new Field(name, value));
        return new Headers(longer);
    }

    public @Nullable String first(String name) {
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                return field.value();
            }
        }
        return null;
    }

    public String firstOr(String name, String absent) {
        String value = first(name);
        return value == null ? absent : value;
    }

    public List<String> all(String name) {
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }
}
