package dev.shiplog.api.resource;

import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.schemas.validation.Cause;
import java.util.List;

/// What becomes of fields in a body that the schema does not know, or that stand there twice.
public enum FieldValidation {
    IGNORE,
    WARN,
    STRICT;

    /// As the query parameter of the same name asks; `Warn` when it does not.
    ///
    /// @throws StatusException 422 when it is none of the three
    static FieldValidation of(ApiRequest request) {
        String text = request.query().text("fieldValidation");
        return switch (text) {
            case "", "Warn" -> WARN;
            case "Ignore" -> IGNORE;
            case "Strict" -> STRICT;
            default ->
                throw Invalid.ofOptions(
                        request,
                        List.of(new Cause(
                                "FieldValueNotSupported",
                                "Unsupported value: \"%s\": supported values: \"Ignore\", \"Strict\", \"Warn\""
                                        .formatted(text),
                                "fieldValidation")));
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
