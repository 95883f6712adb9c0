package dev.shiplog.schemas.validation;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/// Checks what the schema says of each field: required, enum, pattern, bounds, format, immutable.
///
/// Metadata has rules of its own, and a status is what a component observed, not what somebody asked for: neither is
/// looked at here.
final class FieldRules {
    private static final Pattern QUANTITY = Pattern.compile("^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$");

    private FieldRules() {}

    static void check(IndexedRecord object, Causes causes) {
        for (Schema.Field field : object.getSchema().getFields()) {
            if (!field.name().equals("metadata") && !field.name().equals("status")) {
                field(field, object.get(field.pos()), Path.of(Values.jsonName(field)), causes);
            }
        }
    }

    private static void field(Schema.Field field, @Nullable Object value, Path path, Causes causes) {
        if (value == null || isNothing(value)) {
            if (is(field, "required") && !is(field, "mayBeEmpty")) {
                causes.required(path);
            }
            return;
        }
        if (field.hasProps()) {
            value(field, value, path, causes);
        }
        descend(value, path, causes);
    }

    private static boolean isNothing(Object value) {
        return switch (value) {
            case String text -> text.isEmpty();
            case List<?> list -> list.isEmpty();
            case Map<?, ?> map -> map.isEmpty();
            default -> false;
        };
    }

    private static boolean is(Schema.Field field, String property) {
        return Boolean.TRUE.equals(field.getObjectProp(property));
    }

    private static void descend(Object value, Path path, Causes causes) {
        switch (value) {
            case IndexedRecord nested -> {
                for (Schema.Field field : nested.getSchema().getFields()) {
                    field(field, nested.get(field.pos()), path.field(Values.jsonName(field)), causes);
                }
            }
            case List<?> list
            when !list.isEmpty() && list.getFirst() instanceof IndexedRecord -> {
                for (int i = 0; i < list.size(); i++) {
                    descend(list.get(i), path.index(i), causes);
                }
            }
            case Map<?, ?> map
            when map.values().iterator().next() instanceof IndexedRecord ->
                map.forEach((key, each) -> descend(each, path.key(key.toString()), causes));
            default -> {}
        }
    }

    private static void value(Schema.Field field, Object value, Path path, Causes causes) {
        switch (value) {
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    scalar(field, list.get(i), path.index(i), causes);
                }
            }
            case Map<?, ?> map -> map.forEach((key, each) -> scalar(field, each, path.key(key.toString()), causes));
            default -> scalar(field, value, path, causes);
        }
    }

    private static void scalar(Schema.Field field, Object value, Path path, Causes causes) {
        if (value instanceof String text) {
            text(field, text, path, causes);
        } else if (value instanceof Number number) {
            // A scalar that is left out when zero is absent when zero.
            boolean pointer = field.schema().getType() == Schema.Type.UNION;
            boolean absent = number.longValue() == 0 && !pointer && field.getProp("presence") == null;
            if (!absent) {
                bounds(field, number, path, causes);
            }
        }
    }

    private static void text(Schema.Field field, String text, Path path, Causes causes) {
        if (field.getObjectProp("enum") instanceof List<?> allowed && !allowed.contains(text)) {
            causes.notSupported(
                    path, text, allowed.stream().map(Object::toString).toList());
        }
        @Nullable String pattern = field.getProp("pattern");
        if (pattern != null && !Pattern.matches(pattern, text)) {
            causes.invalid(path, text, "must match the regex '" + pattern + "'");
        }
        if ("quantity".equals(field.getProp("format"))
                && !QUANTITY.matcher(text).matches()) {
            causes.invalid(path, text, "quantities must match the regular expression '" + QUANTITY.pattern() + "'");
        }
    }

    private static void bounds(Schema.Field field, Number value, Path path, Causes causes) {
        @Nullable Number minimum = field.getObjectProp("minimum") instanceof Number number ? number : null;
        @Nullable Number maximum = field.getObjectProp("maximum") instanceof Number number ? number : null;
        boolean tooSmall = minimum != null && value.longValue() < minimum.longValue();
        boolean tooLarge = maximum != null && value.longValue() > maximum.longValue();
        if ((tooSmall || tooLarge) && minimum != null && maximum != null) {
            causes.invalid(path, value, "must be between %s and %s, inclusive".formatted(minimum, maximum));
        } else if (tooSmall && Objects.requireNonNull(minimum).longValue() == 1) {
            causes.invalid(path, value, "must be greater than 0");
        } else if (tooSmall) {
            causes.invalid(path, value, "must be greater than or equal to " + minimum);
        } else if (tooLarge) {
            causes.invalid(path, value, "must be less than or equal to " + maximum);
        }
    }

    /// Compares the fields that may not change after creation, wherever both objects have the record they are in.
    static void unchanged(IndexedRecord old, IndexedRecord now, Path path, Causes causes) {
        for (Schema.Field field : now.getSchema().getFields()) {
            @Nullable Object before = old.get(field.pos());
            @Nullable Object after = now.get(field.pos());
            Path at = path.field(Values.jsonName(field));
            if (is(field, "immutable")) {
                if (!Objects.equals(before, after)) {
                    causes.invalid(at, after == null ? Map.of() : after, "field is immutable");
                }
            } else if (before instanceof IndexedRecord a && after instanceof IndexedRecord b) {
                unchanged(a, b, at, causes);
            }
        }
    }
}
