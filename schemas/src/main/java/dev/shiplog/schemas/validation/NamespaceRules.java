package dev.shiplog.schemas.validation;

import dev.shiplog.core.v1.Namespace;

/// Rules for a Namespace.
final class NamespaceRules {
    private NamespaceRules() {}

    static void check(Namespace namespace, Causes causes) {
        MetadataRules.finalizers(namespace.spec().finalizers(), Path.of("spec", "finalizers"), causes);
    }

    static void status(Namespace namespace, Causes causes) {
        boolean terminating = namespace.status().phase().equals("Terminating");
        boolean deleted = namespace.metadata().deletionTimestamp() != null;
        if (deleted && !terminating) {
            causes.invalid(
                    Path.of("status", "phase"),
                    namespace.status().phase(),
                    "may only be 'Terminating' if `deletionTimestamp` is not empty");
        } else if (!deleted && terminating) {
            causes.invalid(
                    Path.of("status", "phase"),
                    namespace.status().phase(),
                    "may not be 'Terminating' if `deletionTimestamp` is empty");
        }
    }
}
