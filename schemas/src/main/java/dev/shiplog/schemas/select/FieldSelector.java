package dev.shiplog.schemas.select;

import dev.shiplog.schemas.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/// Which objects a `fieldSelector` means: terms over the few fields that a kind declares selectable in its schema
/// (property `fieldSelectors`), and over name and namespace.
public final class FieldSelector {
    private static final FieldSelector EVERYTHING = new FieldSelector(List.of());

    private record Term(String field, boolean equal, String value, FieldPath path) {
        boolean matches(IndexedRecord object) {
            var values = path.values(object);
            boolean found = values.isEmpty()
                    ? value.isEmpty()
                    : values.stream().anyMatch(each -> each.toString().equals(value));
            return found == equal;
        }
    }

    private final List<Term> terms;

    private FieldSelector(List<Term> terms) {
        this.terms = terms;
    }

    public static FieldSelector everyField() {
        return EVERYTHING;
    }

    /// Reads the `fieldSelector` of a request; an empty one selects everything.
    ///
    /// @throws BadSelectorException when the text is not in the grammar or names a field that is not selectable
    public static FieldSelector parse(Kind kind, String text) {
        return parse(kind.schema(), text);
    }

    static FieldSelector parse(Schema schema, String text) {
        if (text.isEmpty()) {
            return EVERYTHING;
        }
        var selectable = selectable(schema);
        var terms = new ArrayList<Term>();
        for (String term : split(text)) {
            if (!term.isEmpty()) {
                terms.add(term(schema, selectable, term));
            }
        }
        return new FieldSelector(terms);
    }

    private static Term term(Schema schema, Map<String, String> selectable, String term) {
        int sign = term.indexOf('=');
        if (sign < 0) {
            throw new BadSelectorException("invalid selector: '%s'; can't understand '%s'".formatted(term, term));
        }
        boolean unequal = sign > 0 && term.charAt(sign - 1) == '!';
        String field = term.substring(0, unequal ? sign - 1 : sign);
        boolean doubled = !unequal && term.startsWith("==", sign);
        String value = unescape(term.substring(sign + (doubled ? 2 : 1)));
        @Nullable String path = selectable.get(field);
        if (path == null) {
            throw new BadSelectorException("field label not supported: " + field);
        }
        return new Term(field, !unequal, value, FieldPath.compile(schema, path));
    }

    private static Map<String, String> selectable(Schema schema) {
        var selectable = new TreeMap<String, String>();
        selectable.put("metadata.name", "metadata.name");
        selectable.put("metadata.namespace", "metadata.namespace");
        if (schema.getObjectProp("fieldSelectors") instanceof Map<?, ?> declared) {
            declared.forEach((label, path) -> selectable.put(label.toString(), path.toString()));
        }
        return selectable;
    }

    /// Splits at commas that no backslash precedes.
    private static List<String> split(String text) {
        var terms = new ArrayList<String>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == ',') {
                terms.add(text.substring(start, i));
                start = i + 1;
            }
        }
        terms.add(text.substring(start));
        return terms;
    }

    private static String unescape(String value) {
        var plain = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\') {
                i++;
                if (i == value.length() || "\\,=".indexOf(value.charAt(i)) < 0) {
                    throw new BadSelectorException(
                            "invalid field selector: invalid escape sequence in '%s'".formatted(value));
                }
                plain.append(value.charAt(i));
            } else if (c == '=') {
                throw new BadSelectorException(
                        "invalid field selector: unescaped character in value '%s': '='".formatted(value));
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    public boolean matches(IndexedRecord object) {
        for (Term term : terms) {
            if (!term.matches(object)) {
                return false;
            }
        }
        return true;
    }

    public boolean everything() {
        return terms.isEmpty();
    }

    /// The value that the selector demands of a field, or null when it leaves it open.
    public @Nullable String exact(String field) {
        return terms.stream()
                .filter(term -> term.equal() && term.field().equals(field))
                .map(Term::value)
                .findFirst()
                .orElse(null);
    }
}
