package dev.shiplog.schemas.select;

import dev.shiplog.schemas.select.Requirement.Operator;
import dev.shiplog.schemas.validation.Names;
import java.util.ArrayList;
import java.util.List;

/// Reads the grammar of label selectors: terms `x`, `!x`, `x=y`, `x==y`, `x!=y`, `x in (a,b)`, `x notin (a,b)`,
/// `x>1`, `x<1`, separated by commas.
final class SelectorParser {
    private static final String SIGNS = "=!<>(),";

    private final List<String> tokens;
    private int next;

    SelectorParser(String text) {
        this.tokens = tokens(text);
    }

    private static List<String> tokens(String text) {
        var tokens = new ArrayList<String>();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c)) {
                at++;
                continue;
            }
            int end = at + 1;
            if (SIGNS.indexOf(c) < 0) {
                while (end < text.length()
                        && SIGNS.indexOf(text.charAt(end)) < 0
                        && !Character.isWhitespace(text.charAt(end))) {
                    end++;
                }
            } else if ((c == '=' || c == '!') && end < text.length() && text.charAt(end) == '=') {
                end++;
            }
            tokens.add(text.substring(at, end));
            at = end;
        }
        return tokens;
    }

    List<Requirement> parse() {
        var requirements = new ArrayList<Requirement>();
        if (tokens.isEmpty()) {
            return requirements;
        }
        while (true) {
            requirements.add(requirement());
            if (next == tokens.size()) {
                return requirements;
            }
            if (!peek().equals(",")) {
                throw expected("',' or 'end of string'");
            }
            next++;
            if (next == tokens.size()) {
                throw expected("identifier after ','");
            }
        }
    }

    private Requirement requirement() {
        boolean absent = peek().equals("!");
        if (absent) {
            next++;
        }
        String key = peek();
        if (!isWord(key)) {
            throw expected("'!', identifier, or 'end of string'".substring(absent ? 5 : 0));
        }
        next++;
        check(key, Names.labelKey(key));
        if (absent) {
            return new Requirement(key, Operator.ABSENT, List.of());
        }
        String operator = peek();
        switch (operator) {
            case "", "," -> {
                return new Requirement(key, Operator.EXISTS, List.of());
            }
            case "=", "==", "!=", "<", ">", "in", "notin" -> next++;
            default -> throw expected("in, notin, =, ==, !=, gt, lt");
        }
        return switch (operator) {
            case "in" -> new Requirement(key, Operator.IN, set());
            case "notin" -> new Requirement(key, Operator.NOT_IN, set());
            case "!=" -> new Requirement(key, Operator.NOT_EQUALS, List.of(value()));
            case "<" -> new Requirement(key, Operator.LESS, List.of(integer()));
            case ">" -> new Requirement(key, Operator.GREATER, List.of(integer()));
            default -> new Requirement(key, Operator.EQUALS, List.of(value()));
        };
    }

    private List<String> set() {
        if (!peek().equals("(")) {
            throw expected("'('");
        }
        next++;
        var values = new ArrayList<String>();
        while (true) {
            values.add(value());
            switch (peek()) {
                case "," -> next++;
                case ")" -> {
                    next++;
                    return values;
                }
                default -> throw expected("',', or ')'");
            }
        }
    }

    private String value() {
        String value = peek();
        if (!isWord(value)) {
            return ""; // nothing between the signs is the empty value
        }
        next++;
        check(value, Names.labelValue(value));
        return value;
    }

    private String integer() {
        String value = value();
        try {
            return Long.toString(Long.parseLong(value));
        } catch (NumberFormatException e) {
            throw new BadSelectorException(
                    "unable to parse requirement: values[0]: Invalid value: \"%s\": for 'Gt', 'Lt' operators, the value must be an integer"
                            .formatted(value));
        }
    }

    private static void check(String text, List<String> problems) {
        if (!problems.isEmpty()) {
            throw new BadSelectorException("unable to parse requirement: Invalid value: \"%s\": %s"
                    .formatted(text, String.join("; ", problems)));
        }
    }

    private String peek() {
        return next < tokens.size() ? tokens.get(next) : "";
    }

    private static boolean isWord(String token) {
        return !token.isEmpty() && SIGNS.indexOf(token.charAt(0)) < 0;
    }

    private BadSelectorException expected(String what) {
        return new BadSelectorException(
                "unable to parse requirement: found '%s', expected: %s".formatted(peek(), what));
    }
}
