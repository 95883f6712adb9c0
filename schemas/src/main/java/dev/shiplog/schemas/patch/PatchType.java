package dev.shiplog.schemas.patch;

import org.jspecify.annotations.Nullable;

/// The ways to say what should change in an object.
public enum PatchType {
    JSON("json", "application/json-patch+json"),
    MERGE("merge", "application/merge-patch+json"),
    STRATEGIC("strategic", "application/strategic-merge-patch+json");

    private final String text;
    private final String mediaType;

    PatchType(String text, String mediaType) {
        this.text = text;
        this.mediaType = mediaType;
    }

    /// The name as requests carry it.
    public String text() {
        return text;
    }

    public String mediaType() {
        return mediaType;
    }

    public static @Nullable PatchType ofMediaType(String mediaType) {
        for (PatchType type : values()) {
            if (type.mediaType.equals(mediaType)) {
                return type;
            }
        }
        return null;
    }

    public static @Nullable PatchType ofText(String text) {
        for (PatchType type : values()) {
            if (type.text.equals(text)) {
                return type;
            }
        }
        return null;
    }
}
