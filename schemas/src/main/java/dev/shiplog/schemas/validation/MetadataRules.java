package dev.shiplog.schemas.validation;

import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.meta.v1.OwnerReference;
import dev.shiplog.schemas.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Rules for the metadata of every object.
final class MetadataRules {
    static final long ANNOTATIONS_BYTES_MAX = 256 << 10;
    private static final List<String> STANDARD_FINALIZERS = List.of("kubernetes", "orphan", "foregroundDeletion");
    private static final Path AT = Path.of("metadata");

    private MetadataRules() {}

    static void check(Kind kind, ObjectMeta metadata, Causes causes) {
        if (!metadata.generateName().isEmpty()) {
            String stem = metadata.generateName().replaceAll("-+$", "");
            causes.invalid(
                    AT.field("generateName"),
                    metadata.generateName(),
                    Names.byRule(kind.nameRule(), stem.isEmpty() ? "-" : stem));
        }
        if (metadata.name().isEmpty()) {
            causes.required(AT.field("name"), "name or generateName is required");
        } else {
            causes.invalid(AT.field("name"), metadata.name(), Names.byRule(kind.nameRule(), metadata.name()));
        }
        if (kind.namespaced()) {
            if (metadata.namespace().isEmpty()) {
                causes.required(AT.field("namespace"));
            } else {
                causes.invalid(AT.field("namespace"), metadata.namespace(), Names.dns1123Label(metadata.namespace()));
            }
        } else if (!metadata.namespace().isEmpty()) {
            causes.forbidden(AT.field("namespace"), "not allowed on this type");
        }
        if (metadata.generation() < 0) {
            causes.invalid(AT.field("generation"), metadata.generation(), "must be greater than or equal to 0");
        }
        labels(metadata.labels(), AT.field("labels"), causes);
        annotations(metadata.annotations(), AT.field("annotations"), causes);
        owners(metadata.ownerReferences(), causes);
        finalizers(metadata.finalizers(), AT.field("finalizers"), causes);
    }

    /// What a pod template may have of a metadata.
    static void template(ObjectMeta metadata, Path at, Causes causes) {
        labels(metadata.labels(), at.field("labels"), causes);
        annotations(metadata.annotations(), at.field("annotations"), causes);
        finalizers(metadata.finalizers(), at.field("finalizers"), causes);
    }

    static void labels(Map<String, String> labels, Path at, Causes causes) {
        labels.forEach((key, value) -> {
            causes.invalid(at, key, Names.labelKey(key));
            causes.invalid(at, value, Names.labelValue(value));
        });
    }

    private static void annotations(Map<String, String> annotations, Path at, Causes causes) {
        long bytes = 0;
        for (var annotation : annotations.entrySet()) {
            String key = annotation.getKey();
            causes.invalid(at, key, Names.labelKey(key.toLowerCase(Locale.ROOT)));
            bytes += key.getBytes(StandardCharsets.UTF_8).length
                    + annotation.getValue().getBytes(StandardCharsets.UTF_8).length;
        }
        if (bytes > ANNOTATIONS_BYTES_MAX) {
            causes.tooLong(at, ANNOTATIONS_BYTES_MAX);
        }
    }

    private static void owners(List<OwnerReference> owners, Causes causes) {
        Path at = AT.field("ownerReferences");
        @Nullable OwnerReference controller = null;
        for (int i = 0; i < owners.size(); i++) {
            OwnerReference owner = owners.get(i);
            Path each = at.index(i);
            notEmpty(owner.apiVersion(), each.field("apiVersion"), causes);
            notEmpty(owner.kind(), each.field("kind"), causes);
            notEmpty(owner.name(), each.field("name"), causes);
            notEmpty(owner.uid(), each.field("uid"), causes);
            if (owner.apiVersion().equals("v1") && owner.kind().equals("Event")) {
                causes.invalid(each, owner, "v1, Kind=Event is disallowed from being an owner");
            }
            if (Boolean.TRUE.equals(owner.controller())) {
                if (controller != null) {
                    causes.invalid(
                            at,
                            owners,
                            "Only one reference can have Controller set to true. Found \"true\" in references for %s and %s"
                                    .formatted(controller.name(), owner.name()));
                }
                controller = owner;
            }
        }
    }

    private static void notEmpty(String value, Path at, Causes causes) {
        if (value.isEmpty()) {
            causes.invalid(at, value, "must not be empty");
        }
    }

    static void finalizers(List<String> finalizers, Path at, Causes causes) {
        for (int i = 0; i < finalizers.size(); i++) {
            String finalizer = finalizers.get(i);
            var problems = Names.labelKey(finalizer);
            causes.invalid(at.index(i), finalizer, problems);
            if (problems.isEmpty() && finalizer.indexOf('/') < 0 && !STANDARD_FINALIZERS.contains(finalizer)) {
                causes.invalid(
                        at.index(i), finalizer, "name is neither a standard finalizer name nor is it fully qualified");
            }
        }
        if (finalizers.contains("orphan") && finalizers.contains("foregroundDeletion")) {
            causes.invalid(at, finalizers, "finalizer orphan and foregroundDeletion cannot be both set");
        }
    }

    static void update(ObjectMeta old, ObjectMeta now, Causes causes) {
        same("name", old.name(), now.name(), causes);
        same("namespace", old.namespace(), now.namespace(), causes);
        same("uid", old.uid(), now.uid(), causes);
        same("creationTimestamp", old.creationTimestamp(), now.creationTimestamp(), causes);
        same("deletionTimestamp", old.deletionTimestamp(), now.deletionTimestamp(), causes);
        if (old.deletionTimestamp() != null) {
            same(
                    "deletionGracePeriodSeconds",
                    old.deletionGracePeriodSeconds(),
                    now.deletionGracePeriodSeconds(),
                    causes);
            var added = now.finalizers().stream()
                    .filter(finalizer -> !old.finalizers().contains(finalizer))
                    .toList();
            if (!added.isEmpty()) {
                causes.forbidden(
                        AT.field("finalizers"),
                        "no new finalizers can be added if the object is being deleted, found new finalizers "
                                + Values.text(added));
            }
        }
        if (now.generation() < old.generation()) {
            causes.invalid(AT.field("generation"), now.generation(), "must not be decremented");
        }
    }

    private static void same(String field, @Nullable Object old, @Nullable Object now, Causes causes) {
        if (!Objects.equals(old, now)) {
            causes.invalid(AT.field(field), now == null ? "" : now, "field is immutable");
        }
    }
}
