package dev.shiplog.schemas.validation;

/// One thing that is wrong with an object, in the shape of a Status's cause.
///
/// @param reason as `FieldValueRequired`
/// @param message as `Invalid value: "x": must be …`, without the field
/// @param field as `spec.containers[0].name`; empty for the object as a whole
public record Cause(String reason, String message, String field) {

    /// The cause as a sentence of its own.
    public String text() {
        return field.isEmpty() ? message : field + ": " + message;
    }
}
