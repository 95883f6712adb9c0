package dev.shiplog.node.pod;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Replaces `$(NAME)` by the value of a variable. `$$` is a dollar sign, and a name that is not known stays as it is.
public final class Expansion {
    private Expansion() {}

    public static String expand(String text, Map<String, String> variables) {
        if (text.indexOf('$') < 0) {
            return text;
        }
        var out = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            char next = at + 1 < text.length() ? text.charAt(at + 1) : 0;
            int end = next == '(' ? text.indexOf(')', at) : -1;
            if (c == '$' && next == '$') {
                out.append('$');
                at += 2;
            } else if (c == '$' && end > 0) {
                @Nullable String value = variables.get(text.substring(at + 2, end));
                out.append(value == null ? text.substring(at, end + 1) : value);
                at = end + 1;
            } else {
                out.append(c);
                at++;
            }
        }
        return out.toString();
    }
}
