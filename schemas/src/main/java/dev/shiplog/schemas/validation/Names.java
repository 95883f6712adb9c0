package dev.shiplog.schemas.validation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// The syntaxes of names. Each check answers what is wrong, in the words that clients know; an empty list means fine.
public final class Names {
    static final int LABEL_MAX = 63;
    static final int SUBDOMAIN_MAX = 253;
    private static final int PORT_NAME_MAX = 15;

    private static final String LABEL_REGEX = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String SUBDOMAIN_REGEX = LABEL_REGEX + "(\\." + LABEL_REGEX + ")*";
    private static final String LABEL_1035_REGEX = "[a-z]([-a-z0-9]*[a-z0-9])?";
    private static final String KEY_REGEX = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final String VALUE_REGEX = "(" + KEY_REGEX + ")?";
    private static final String CONFIG_KEY_REGEX = "[-._a-zA-Z0-9]+";

    private static final Pattern LABEL = Pattern.compile(LABEL_REGEX);
    private static final Pattern SUBDOMAIN = Pattern.compile(SUBDOMAIN_REGEX);
    private static final Pattern LABEL_1035 = Pattern.compile(LABEL_1035_REGEX);
    private static final Pattern KEY = Pattern.compile(KEY_REGEX);
    private static final Pattern VALUE = Pattern.compile(VALUE_REGEX);
    private static final Pattern CONFIG_KEY = Pattern.compile(CONFIG_KEY_REGEX);
    private static final Pattern PORT_NAME = Pattern.compile("[-a-z0-9]+");
    private static final Pattern LETTER = Pattern.compile("[a-z]");

    private Names() {}

    public static List<String> dns1123Label(String name) {
        return check(
                name,
                LABEL_MAX,
                LABEL,
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and"
                        + " end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation"
                        + " is '" + LABEL_REGEX + "')");
    }

    public static List<String> dns1123Subdomain(String name) {
        return check(
                name,
                SUBDOMAIN_MAX,
                SUBDOMAIN,
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must"
                        + " start and end with an alphanumeric character (e.g. 'example.com', regex used for validation"
                        + " is '" + SUBDOMAIN_REGEX + "')");
    }

    public static List<String> dns1035Label(String name) {
        return check(
                name,
                LABEL_MAX,
                LABEL_1035,
                "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic"
                        + " character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex"
                        + " used for validation is '" + LABEL_1035_REGEX + "')");
    }

    /// The key of a label, annotation, taint or finalizer: a name, with a DNS subdomain and `/` before it if it likes.
    public static List<String> labelKey(String key) {
        var problems = new ArrayList<String>();
        int slash = key.indexOf('/');
        if (slash >= 0 && key.indexOf('/', slash + 1) >= 0) {
            problems.add(
                    "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end"
                            + " with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used"
                            + " for validation is '" + KEY_REGEX + "') with an optional DNS subdomain prefix and '/'"
                            + " (e.g. 'example.com/MyName')");
            return problems;
        }
        if (slash == 0) {
            problems.add("prefix part must be non-empty");
        } else if (slash > 0) {
            dns1123Subdomain(key.substring(0, slash)).forEach(problem -> problems.add("prefix part " + problem));
        }
        String name = key.substring(slash + 1);
        if (name.isEmpty()) {
            problems.add("name part must be non-empty");
        } else {
            check(
                            name,
                            LABEL_MAX,
                            KEY,
                            "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
                                    + " alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used"
                                    + " for validation is '" + KEY_REGEX + "')")
                    .forEach(problem -> problems.add("name part " + problem));
        }
        return problems;
    }

    public static List<String> labelValue(String value) {
        return check(
                value,
                LABEL_MAX,
                VALUE,
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must"
                        + " start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345',"
                        + " regex used for validation is '" + VALUE_REGEX + "')");
    }

    /// A key of a ConfigMap or a Secret: it becomes a file name.
    public static List<String> configKey(String key) {
        var problems = new ArrayList<>(check(
                key,
                SUBDOMAIN_MAX,
                CONFIG_KEY,
                "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or"
                        + " 'KEY_NAME',  or 'key-name', regex used for validation is '" + CONFIG_KEY_REGEX + "')"));
        if (key.equals(".")) {
            problems.add("must not be '.'");
        } else if (key.equals("..")) {
            problems.add("must not be '..'");
        } else if (key.startsWith("..")) {
            problems.add("must not start with '..'");
        }
        return problems;
    }

    /// The name of a port, as IANA names services.
    static List<String> portName(String name) {
        var problems = new ArrayList<String>();
        if (name.length() > PORT_NAME_MAX) {
            problems.add("must be no more than " + PORT_NAME_MAX + " characters");
        }
        if (!PORT_NAME.matcher(name).matches()) {
            problems.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        }
        if (!LETTER.matcher(name).find()) {
            problems.add("must contain at least one letter (a-z)");
        }
        if (name.contains("--")) {
            problems.add("must not contain consecutive hyphens");
        }
        if (name.startsWith("-") || name.endsWith("-")) {
            problems.add("must not begin or end with a hyphen");
        }
        return problems;
    }

    /// What may stand in a path of a URL: for names that have no other rule.
    static List<String> pathSegment(String name) {
        if (name.equals(".") || name.equals("..")) {
            return List.of("may not be '" + name + "'");
        }
        var problems = new ArrayList<String>();
        for (String illegal : List.of("/", "%")) {
            if (name.contains(illegal)) {
                problems.add("may not contain '" + illegal + "'");
            }
        }
        return problems;
    }

    /// The rule of a kind, by its name in the schema.
    static List<String> byRule(String rule, String name) {
        var segment = pathSegment(name);
        if (!segment.isEmpty()) {
            return segment;
        }
        return switch (rule.toLowerCase(Locale.ROOT)) {
            case "dns-label" -> dns1123Label(name);
            case "dns-1035-label" -> dns1035Label(name);
            case "path-segment" -> List.of();
            default -> dns1123Subdomain(name);
        };
    }

    private static List<String> check(String text, int max, Pattern pattern, String problem) {
        var problems = new ArrayList<String>();
        if (text.getBytes(StandardCharsets.UTF_8).length > max) {
            problems.add("must be no more than " + max + " bytes");
        }
        if (!pattern.matcher(text).matches()) {
            problems.add(problem);
        }
        return problems;
    }
}
