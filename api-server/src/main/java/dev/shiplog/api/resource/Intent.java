package dev.shiplog.api.resource;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shiplog.api.admission.ApiObject;
import dev.shiplog.core.v1.Binding;
import dev.shiplog.journal.Key;
import dev.shiplog.meta.v1.DeleteOptions;
import dev.shiplog.policy.v1.Eviction;
import dev.shiplog.schemas.Kind;
import dev.shiplog.schemas.patch.PatchType;
import org.jspecify.annotations.Nullable;

/// A write of one object that someone asks for, whichever way it came in: over HTTP or as an item of a request.
/// `expect` is the revision that the target must have; null = whatever it has.
public sealed interface Intent {
    /// How bodies are read that no user wrote.
    FieldValidation LENIENT = FieldValidation.IGNORE;

    Kind kind();

    /// Makes a new object.
    ///
    /// @param namespace of the path; empty for a cluster-scoped kind
    record Create(Kind kind, String namespace, ApiObject object) implements Intent {}

    record Update(
            Kind kind,
            Key target,
            String subresource,
            ApiObject object,
            @Nullable Long expect) implements Intent {}

    record Patch(
            Kind kind,
            Key target,
            String subresource,
            PatchType type,
            JsonNode patch,
            FieldValidation validation,
            @Nullable Long expect)
            implements Intent {}

    record Delete(
            Kind kind,
            Key target,
            DeleteOptions options,
            @Nullable Long expect) implements Intent {}

    record Bind(
            Kind kind,
            Key target,
            Binding binding,
            @Nullable Long expect) implements Intent {}

    record Evict(
            Kind kind,
            Key target,
            Eviction eviction,
            @Nullable Long expect) implements Intent {}
}
