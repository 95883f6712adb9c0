package dev.shiplog.api.http;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/// `Warning` header values that kubectl prints.
public final class Warnings {
    /// How much warning text one answer carries at most.
    static final int CHARACTERS_MAX = 4096;

    private Warnings() {}

    /// The header fields for these texts: each once, cut off at [#CHARACTERS_MAX] characters in all.
    public static List<Headers.Field> fields(List<String> texts) {
        var fields = new ArrayList<Headers.Field>();
        int left = CHARACTERS_MAX;
        for (String text : new LinkedHashSet<>(texts)) {
            String value = text.length() > left ? text.substring(0, left) : text;
            if (!value.isEmpty()) {
                fields.add(new Headers.Field("Warning", "299 - \"" + quoted(value) + "\""));
                left -= value.length();
            }
        }
        return fields;
    }

    private static String quoted(String text) {
        var quoted = new StringBuilder(text.length());
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"' || c == '\\') {
                quoted.append('\\');
            }
            quoted.append(c < ' ' || c > '~' ? ' ' : c);
        }
        return quoted.toString();
    }
}
