package dev.shiplog.api.http;

import dev.shiplog.schemas.MalformedException;
import dev.shiplog.schemas.Yaml;
import java.util.Locale;

/// The media types that a request body can have.
public enum BodyType {
    JSON("application/json"),
    YAML("application/yaml"),
    JSON_PATCH("application/json-patch+json"),
    MERGE_PATCH("application/merge-patch+json"),
    STRATEGIC_MERGE_PATCH("application/strategic-merge-patch+json"),
    APPLY_PATCH("application/apply-patch+yaml"),
    PROTOBUF("application/vnd.kubernetes.protobuf"),
    OTHER("");

    private final String mediaType;

    BodyType(String mediaType) {
        this.mediaType = mediaType;
    }

    public String mediaType() {
        return mediaType;
    }

    /// Reads a `Content-Type`; parameters are ignored, none is JSON.
    public static BodyType of(String contentType) {
        int semicolon = contentType.indexOf(';');
        String bare = (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT);
        if (bare.isEmpty()) {
            return JSON;
        }
        for (BodyType type : values()) {
            if (type.mediaType.equals(bare)) {
                return type;
            }
        }
        return OTHER;
    }

    byte[] json(byte[] body) {
        return switch (this) {
            case JSON, JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH -> body;
            case YAML -> yaml(body);
            case APPLY_PATCH, PROTOBUF, OTHER -> throw new StatusException(ApiStatus.unsupportedMediaType(JSON, YAML));
        };
    }

    private static byte[] yaml(byte[] body) {
        try {
            return Yaml.toJson(body);
        } catch (MalformedException e) {
            throw new StatusException(ApiStatus.badRequest(String.valueOf(e.getMessage())));
        }
    }
}
