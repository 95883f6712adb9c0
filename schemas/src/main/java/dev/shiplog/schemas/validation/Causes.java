package dev.shiplog.schemas.validation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/// Collects what is wrong, in the words that Kubernetes' clients know.
final class Causes {
    static final int CAUSES_MAX = 500;

    private final List<Cause> found = new ArrayList<>();

    List<Cause> found() {
        return List.copyOf(found);
    }

    private void add(String reason, Path path, String message) {
        if (found.size() < CAUSES_MAX) {
            found.add(new Cause(reason, message, path.toString()));
        }
    }

    void required(Path path) {
        add("FieldValueRequired", path, "Required value");
    }

    void required(Path path, String detail) {
        add("FieldValueRequired", path, "Required value: " + detail);
    }

    void invalid(Path path, Object value, String detail) {
        add("FieldValueInvalid", path, "Invalid value: " + Values.text(value) + ": " + detail);
    }

    /// One cause for each problem that a check of names found.
    void invalid(Path path, Object value, List<String> details) {
        details.forEach(detail -> invalid(path, value, detail));
    }

    void notSupported(Path path, Object value, Collection<String> supported) {
        String list = supported.stream().sorted().map(Values::text).collect(Collectors.joining(", "));
        add("FieldValueNotSupported", path, "Unsupported value: " + Values.text(value) + ": supported values: " + list);
    }

    void duplicate(Path path, Object value) {
        add("FieldValueDuplicate", path, "Duplicate value: " + Values.text(value));
    }

    void notFound(Path path, Object value) {
        add("FieldValueNotFound", path, "Not found: " + Values.text(value));
    }

    void forbidden(Path path, String detail) {
        add("FieldValueForbidden", path, "Forbidden: " + detail);
    }

    void tooLong(Path path, long bytesMax) {
        add("FieldValueTooLong", path, "Too long: may not be more than " + bytesMax + " bytes");
    }

    void tooMany(Path path, int count, int max) {
        add("FieldValueTooMany", path, "Too many: " + count + ": must have at most " + max + " items");
    }
}
