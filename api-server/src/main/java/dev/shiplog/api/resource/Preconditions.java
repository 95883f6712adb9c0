package dev.shiplog.api.resource;

import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.schemas.Kind;
import org.jspecify.annotations.Nullable;

/// What a writer may demand of the object it changes.
final class Preconditions {
    private Preconditions() {}

    /// The target must have this revision; null demands nothing.
    static void revision(Kind kind, String name, @Nullable Long expect, long actual) {
        if (expect != null && expect != actual) {
            throw new StatusException(ApiStatus.conflict(kind.group(), kind.plural(), name));
        }
    }

    static void uid(Kind kind, ObjectMeta meta, String uid) {
        if (!uid.isEmpty() && !uid.equals(meta.uid())) {
            throw new StatusException(ApiStatus.conflict(
                    kind.group(),
                    kind.plural(),
                    meta.name(),
                    "Precondition failed: UID in precondition: %s, UID in object meta: %s".formatted(uid, meta.uid())));
        }
    }

    /// Checks the preconditions of a delete.
    static void ofDelete(
            Kind kind, ObjectMeta meta, long revision, dev.shiplog.meta.v1.@Nullable Preconditions wanted) {
        if (wanted == null) {
            return;
        }
        uid(kind, meta, wanted.uid() == null ? "" : wanted.uid());
        String version = wanted.resourceVersion();
        if (version != null && !version.isEmpty() && !version.equals(Long.toString(revision))) {
            throw new StatusException(ApiStatus.conflict(
                    kind.group(),
                    kind.plural(),
                    meta.name(),
                    "Precondition failed: ResourceVersion in precondition: %s, ResourceVersion in object meta: %d"
                            .formatted(version, revision)));
        }
    }

    /// The revision that a `resourceVersion` in a body names, null when it names none.
    static @Nullable Long revisionIn(Kind kind, ObjectMeta meta) {
        String text = meta.resourceVersion();
        if (text.isEmpty() || text.equals("0")) {
            return null;
        }
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException _) {
            throw Metadata.invalid(
                    kind,
                    meta.name(),
                    "FieldValueInvalid",
                    "Invalid value: \"%s\": must be a revision".formatted(text),
                    "metadata.resourceVersion");
        }
    }
}
