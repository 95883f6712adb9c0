package dev.shiplog.node.image;

import java.util.regex.Pattern;

/// When an image is fetched although it may be there.
public enum PullPolicy {
    ALWAYS,
    IF_NOT_PRESENT,
    NEVER;

    private static final Pattern REFERENCE =
            Pattern.compile("[a-zA-Z0-9][-a-zA-Z0-9._:/\\[\\]]*[a-zA-Z0-9](@[a-z0-9]+:[0-9a-fA-F]{32,})?|[a-zA-Z0-9]");

    /// An empty policy follows the tag: `latest`, or none, is fetched always.
    public static PullPolicy of(String policy, String image) {
        return switch (policy) {
            case "Always" -> ALWAYS;
            case "IfNotPresent" -> IF_NOT_PRESENT;
            case "Never" -> NEVER;
            default -> latest(image) ? ALWAYS : IF_NOT_PRESENT;
        };
    }

    public static boolean valid(String image) {
        return REFERENCE.matcher(image).matches();
    }

    private static boolean latest(String image) {
        if (image.contains("@")) {
            return false;
        }
        int colon = image.lastIndexOf(':');
        return colon < image.lastIndexOf('/') || colon < 0 || image.endsWith(":latest");
    }
}
