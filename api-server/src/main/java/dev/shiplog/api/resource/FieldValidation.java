package dev.shiplog.api.resource;

import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.StatusException;
import java.util.List;

/// What becomes of fields in a body that the schema does not know, or that stand there twice.
public enum FieldValidation {
    IGNORE,
    WARN,
    STRICT;

    static FieldValidation parse(String text) {
        return switch (text) {
            case "", "Warn" -> WARN;
            case "Ignore" -> IGNORE;
            case "Strict" -> STRICT;
            default ->
                throw new StatusException(ApiStatus.invalid(
                        "meta.k8s.io",
                        "CreateOptions",
                        "",
                        List.of(new ApiStatus.Cause(
                                "FieldValueNotSupported",
                                "Unsupported value: \"%s\": supported values: \"Ignore\", \"Strict\", \"Warn\""
                                        .formatted(text),
                                "fieldValidation"))));
        };
    }

    /// The warnings that these problems give.
    ///
    /// @throws StatusException 400 naming all of them at once, when strict
    List<String> judge(List<String> problems) {
        if (problems.isEmpty()) {
            return List.of();
        }
        return switch (this) {
            case IGNORE -> List.of();
            case WARN -> problems;
            case STRICT ->
                throw new StatusException(
                        ApiStatus.badRequest("strict decoding error: " + String.join(", ", problems)));
        };
    }
}
