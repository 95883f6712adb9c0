package dev.shiplog.schemas.validation;

import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.schemas.Kind;
import dev.shiplog.schemas.Metadata;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/// Says what is wrong with an object that somebody wants to create or change. Objects come here defaulted, with their
/// final name and namespace.
public final class Validation {
    private Validation() {}

    /// Says what is wrong with a new object; nothing, when it is valid.
    public static List<Cause> create(Kind kind, IndexedRecord object) {
        var causes = new Causes();
        structure(kind, object, causes);
        KindRules.create(object, causes);
        return causes.found();
    }

    /// Says what is wrong with a body that is not stored: options, a Binding, a TokenRequest.
    public static List<Cause> request(IndexedRecord body) {
        var causes = new Causes();
        FieldRules.check(body, causes);
        KindRules.check(body, causes);
        return causes.found();
    }

    /// Says what is wrong with a change.
    ///
    /// @param subresource which part is written: empty for the object itself, else `status`, `scale` …
    public static List<Cause> update(Kind kind, IndexedRecord old, IndexedRecord now, String subresource) {
        var causes = new Causes();
        structure(kind, now, causes);
        @Nullable ObjectMeta before = Metadata.of(old);
        @Nullable ObjectMeta after = Metadata.of(now);
        if (before != null && after != null) {
            MetadataRules.update(before, after, causes);
        }
        if (subresource.equals("status")) {
            KindRules.status(now, causes);
        } else {
            FieldRules.unchanged(old, now, Path.ROOT, causes);
            KindRules.update(old, now, causes);
        }
        return causes.found();
    }

    private static void structure(Kind kind, IndexedRecord object, Causes causes) {
        @Nullable ObjectMeta metadata = Metadata.of(object);
        if (metadata != null && kind.store() != null) {
            MetadataRules.check(kind, metadata, causes);
        }
        FieldRules.check(object, causes);
        KindRules.check(object, causes);
    }

    /// The message of the Status with which an invalid object is refused.
    public static String message(Kind kind, String name, List<Cause> causes) {
        String of = kind.group().isEmpty() ? kind.kind() : kind.kind() + "." + kind.group();
        String texts = causes.stream().map(Cause::text).distinct().collect(Collectors.joining(", "));
        return "%s \"%s\" is invalid: %s".formatted(of, name, causes.size() == 1 ? texts : "[" + texts + "]");
    }
}
