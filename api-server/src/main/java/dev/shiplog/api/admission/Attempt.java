package dev.shiplog.api.admission;

import org.jspecify.annotations.Nullable;

/// One write of one object on its way through admission.
///
/// @param object as it would be written; for a removal, as it was last
/// @param old null for a create
public record Attempt(
        Kind kind,
        ApiObject object,
        @Nullable ApiObject old,
        String subresource,
        Draft draft,
        Circumstances circumstances) {

    /// What is being done.
    public enum Kind {
        CREATE,
        UPDATE,
        REMOVE
    }

    public Attempt with(ApiObject changed) {
        return new Attempt(kind, changed, old, subresource, draft, circumstances);
    }

    public boolean creates() {
        return kind == Kind.CREATE;
    }

    public boolean of(String group, String resource) {
        return object.kind().group().equals(group) && object.kind().plural().equals(resource);
    }
}
