package dev.shiplog.schemas.table;

import org.jspecify.annotations.Nullable;

/// How much of its object a row of a table carries.
public enum IncludeObject {
    NONE,
    METADATA,
    OBJECT;

    /// Reads the query parameter `includeObject`; absent means the metadata.
    ///
    /// @throws IllegalArgumentException when it is none of the three, with the text for the client
    public static IncludeObject parse(@Nullable String text) {
        return switch (text) {
            case null -> METADATA;
            case "", "Metadata" -> METADATA;
            case "None" -> NONE;
            case "Object" -> OBJECT;
            default ->
                throw new IllegalArgumentException(
                        "unrecognized includeObject value: \"%s\": use None, Metadata or Object".formatted(text));
        };
    }
}
