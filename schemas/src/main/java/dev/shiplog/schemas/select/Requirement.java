package dev.shiplog.schemas.select;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One term of a label selector.
///
/// @param values sorted and distinct; exactly one for EQUALS, NOT_EQUALS, GREATER and LESS, none for EXISTS and ABSENT
record Requirement(String key, Operator operator, List<String> values) {

    enum Operator {
        EQUALS("="),
        NOT_EQUALS("!="),
        IN("in"),
        NOT_IN("notin"),
        EXISTS(""),
        ABSENT("!"),
        GREATER(">"),
        LESS("<");

        final String sign;

        Operator(String sign) {
            this.sign = sign;
        }
    }

    Requirement {
        values = values.stream().distinct().sorted().toList();
    }

    boolean matches(Map<String, String> labels) {
        @Nullable String value = labels.get(key);
        return switch (operator) {
            case EQUALS, IN -> value != null && values.contains(value);
            case NOT_EQUALS, NOT_IN -> value == null || !values.contains(value);
            case EXISTS -> value != null;
            case ABSENT -> value == null;
            case GREATER -> compares(value, 1);
            case LESS -> compares(value, -1);
        };
    }

    private boolean compares(@Nullable String value, int sign) {
        if (value == null) {
            return false;
        }
        try {
            return Long.compare(Long.parseLong(value), Long.parseLong(values.getFirst())) == sign;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /// The term as a selector has it in canonical text.
    String text() {
        return switch (operator) {
            case EXISTS -> key;
            case ABSENT -> "!" + key;
            case IN, NOT_IN -> key + " " + operator.sign + " (" + String.join(",", values) + ")";
            case EQUALS, NOT_EQUALS, GREATER, LESS -> key + operator.sign + values.getFirst();
        };
    }
}
