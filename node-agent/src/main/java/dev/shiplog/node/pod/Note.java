package dev.shiplog.node.pod;

/// Something worth an Event.
///
/// @param container empty when it is about the whole pod
/// @param ordinal tells occurrences apart, so that saying it twice makes one Event
public record Note(Type type, String reason, String message, String container, String ordinal) {

    /// Whether anyone need worry.
    public enum Type {
        NORMAL("Normal"),
        WARNING("Warning");

        private final String text;

        Type(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    public static Note normal(String reason, String message, String container, String ordinal) {
        return new Note(Type.NORMAL, reason, message, container, ordinal);
    }

    public static Note warning(String reason, String message, String container, String ordinal) {
        return new Note(Type.WARNING, reason, message, container, ordinal);
    }
}
