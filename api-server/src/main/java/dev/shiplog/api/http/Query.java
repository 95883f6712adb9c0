package dev.shiplog.api.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The decoded query parameters of a request, in the order sent.
public record Query(Map<String, List<String>> values) {
    public static final Query NONE = new Query(Map.of());

    /// Parses the part after `?`.
    ///
    /// @throws StatusException 400 for a broken percent escape
    public static Query parse(String text) {
        if (text.isEmpty()) {
            return NONE;
        }
        var values = new LinkedHashMap<String, List<String>>();
        for (String pair : text.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                values.computeIfAbsent(Percent.decodeQuery(name), _ -> new ArrayList<>(1))
                        .add(Percent.decodeQuery(value));
            }
        }
        return new Query(values);
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    public @Nullable String first(String name) {
        List<String> all = values.get(name);
        return all == null ? null : all.getFirst();
    }

    /// The first value, or an empty text when the parameter is absent.
    public String text(String name) {
        String value = first(name);
        return value == null ? "" : value;
    }

    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /// Kubernetes' reading of a boolean parameter: present and neither `false` nor `0`.
    public boolean flag(String name) {
        String value = first(name);
        return value != null && !value.equalsIgnoreCase("false") && !value.equals("0");
    }

    /// A whole number, or null when the parameter is absent or empty.
    ///
    /// @throws StatusException 400 when it is no number
    public @Nullable Long number(String name) {
        String value = text(name);
        if (value.isEmpty()) {
            return null;
        }
        try {
            return Long.valueOf(value);
        } catch (NumberFormatException _) {
            throw new StatusException(ApiStatus.badRequest(
                    "strconv.ParseInt: parsing \"%s\": invalid syntax (query parameter %s)".formatted(value, name)));
        }
    }
}
