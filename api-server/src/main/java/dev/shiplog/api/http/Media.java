package dev.shiplog.api.http;

/// The form of an answer that was agreed with the client.
///
/// @param as what the document shows: the object itself, or a rendering of it
/// @param version `v1` or `v1beta1` of `meta.k8s.io`, empty for PLAIN
/// @param pretty whether JSON goes out indented
/// @param stream whether the client said `;stream=watch`
public record Media(Form form, As as, String version, boolean pretty, boolean stream) {

    /// Plain compact JSON.
    public static final Media JSON = new Media(Form.JSON, As.PLAIN, "", false, false);

    public enum Form {
        JSON("application/json"),
        YAML("application/yaml");

        private final String mediaType;

        Form(String mediaType) {
            this.mediaType = mediaType;
        }

        public String mediaType() {
            return mediaType;
        }
    }

    /// The renderings of an object or list that a client may ask for.
    public enum As {
        PLAIN,
        TABLE,
        PARTIAL_OBJECT_METADATA,
        PARTIAL_OBJECT_METADATA_LIST
    }

    /// The `Content-Type` of an answer of this form.
    public String contentType() {
        return stream ? form.mediaType() + ";stream=watch" : form.mediaType();
    }
}
