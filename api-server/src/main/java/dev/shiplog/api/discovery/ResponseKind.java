package dev.shiplog.api.discovery;

import dev.shiplog.schemas.Kind;

/// The kind that a path speaks. A subresource without one of its own speaks its parent's.
record ResponseKind(String group, String version, String kind) {

    static ResponseKind of(Kind kind) {
        return new ResponseKind(kind.group(), kind.version(), kind.kind());
    }

    static ResponseKind of(Kind kind, Kind.Subresource subresource) {
        if (subresource.kind().isEmpty()) {
            return of(kind);
        }
        String apiVersion = subresource.apiVersion();
        int slash = apiVersion.indexOf('/');
        String group = apiVersion.isEmpty() ? kind.group() : slash < 0 ? "" : apiVersion.substring(0, slash);
        String version = apiVersion.isEmpty() ? kind.version() : apiVersion.substring(slash + 1);
        return new ResponseKind(group, version, subresource.kind());
    }
}
