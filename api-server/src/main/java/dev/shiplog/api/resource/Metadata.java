package dev.shiplog.api.resource;

import dev.shiplog.api.admission.ApiObject;
import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.schemas.Kind;
import java.util.ArrayList;
import java.util.List;

/// The part of `metadata` that belongs to the server: whatever a client sends there is overwritten.
final class Metadata {
    private Metadata() {}

    /// What a new object's metadata keep of those sent.
    static ObjectMeta ofNew(ObjectMeta sent, String name, String namespace, String uid, java.time.Instant now) {
        return sent.toBuilder()
                .name(name)
                .namespace(namespace)
                .uid(uid)
                .creationTimestamp(now)
                .deletionTimestamp(null)
                .deletionGracePeriodSeconds(null)
                .generation(0)
                .resourceVersion("")
                .selfLink("")
                .managedFields(List.of())
                .build();
    }

    /// What an update's metadata keep of the old ones.
    static ObjectMeta ofUpdate(ObjectMeta old, ObjectMeta sent) {
        return sent.toBuilder()
                .name(old.name())
                .namespace(old.namespace())
                .generateName(old.generateName())
                .uid(old.uid())
                .creationTimestamp(old.creationTimestamp())
                .deletionTimestamp(old.deletionTimestamp())
                .deletionGracePeriodSeconds(old.deletionGracePeriodSeconds())
                .generation(old.generation())
                .resourceVersion("")
                .selfLink("")
                .managedFields(List.of())
                .build();
    }

    /// Whether anything but metadata and status differs.
    static boolean specificationDiffers(ApiObject old, ApiObject now) {
        for (var field : now.content().getSchema().getFields()) {
            String name = field.name();
            if (!name.equals("metadata") && !name.equals("status") && !equal(old.get(name), now.get(name))) {
                return true;
            }
        }
        return false;
    }

    private static boolean equal(
            @org.jspecify.annotations.Nullable Object a, @org.jspecify.annotations.Nullable Object b) {
        return java.util.Objects.deepEquals(a, b);
    }

    /// An object that is being deleted takes no new finalizers: it could be kept for ever.
    static void refuseNewFinalizers(ApiObject old, ApiObject now) {
        if (!old.terminating()) {
            return;
        }
        var added = new ArrayList<>(now.meta().finalizers());
        added.removeAll(old.meta().finalizers());
        if (!added.isEmpty()) {
            throw invalid(
                    now.kind(),
                    now.meta().name(),
                    "FieldValueForbidden",
                    "Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{\""
                            + String.join("\", \"", added) + "\"}",
                    "metadata.finalizers");
        }
    }

    static StatusException invalid(Kind kind, String name, String reason, String message, String field) {
        return new StatusException(ApiStatus.invalid(
                kind.group(), kind.kind(), name, List.of(new ApiStatus.Cause(reason, message, field))));
    }
}
