package dev.shiplog.api.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The `Accept` header, taken apart.
public final class Accept {
    /// How many clauses are looked at.
    static final int CLAUSES_MAX = 64;

    private Accept() {}

    /// One media range with its parameters (names in lower case).
    public record Clause(String type, String subtype, Map<String, String> parameters, double quality) {

        /// A parameter's value, or an empty text.
        public String parameter(String name) {
            return parameters.getOrDefault(name, "");
        }

        public boolean matches(String wantedType, String wantedSubtype) {
            return quality > 0
                    && (type.equals("*") || type.equals(wantedType))
                    && (subtype.equals("*") || subtype.equals(wantedSubtype));
        }
    }

    /// The clauses, best first: by quality, then in the order sent. An empty header accepts anything.
    public static List<Clause> parse(String header) {
        if (header.isBlank()) {
            return List.of(new Clause("*", "*", Map.of(), 1));
        }
        var clauses = new ArrayList<Clause>();
        for (String part : header.split(",", CLAUSES_MAX + 1)) {
            if (!part.isBlank() && clauses.size() < CLAUSES_MAX) {
                clauses.add(clause(part));
            }
        }
        clauses.sort(Comparator.comparingDouble(clause -> -clause.quality()));
        return clauses;
    }

    private static Clause clause(String text) {
        String[] parts = text.split(";", -1);
        String range = parts[0].strip().toLowerCase(Locale.ROOT);
        int slash = range.indexOf('/');
        var parameters = new LinkedHashMap<String, String>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals > 0) {
                String name = parts[i].substring(0, equals).strip().toLowerCase(Locale.ROOT);
                parameters.put(name, unquoted(parts[i].substring(equals + 1).strip()));
            }
        }
        return new Clause(
                slash < 0 ? range : range.substring(0, slash),
                slash < 0 ? "" : range.substring(slash + 1),
                parameters,
                quality(parameters.getOrDefault("q", "1")));
    }

    private static String unquoted(String value) {
        return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }

    private static double quality(String text) {
        try {
            return Math.clamp(Double.parseDouble(text), 0.0, 1.0);
        } catch (NumberFormatException _) {
            return 1;
        }
    }
}
