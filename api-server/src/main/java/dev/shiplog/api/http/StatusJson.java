package dev.shiplog.api.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// A [ApiStatus] as JSON text, and as a response.
public final class StatusJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private StatusJson() {}

    public static ApiResponse.Full response(ApiStatus status, Media media) {
        ApiResponse.Full full = ApiResponse.json(status.code(), media, bytes(status));
        ApiStatus.Details details = status.details();
        return details == null || details.retryAfterSeconds() == 0
                ? full
                : full.withHeader("Retry-After", Integer.toString(details.retryAfterSeconds()));
    }

    public static byte[] bytes(ApiStatus status) {
        var bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            write(status, json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /// Writes the status as one JSON object, for use inside a watch event.
    public static void write(ApiStatus status, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", "Status");
        json.writeStringField("apiVersion", "v1");
        json.writeObjectFieldStart("metadata");
        json.writeEndObject();
        json.writeStringField("status", status.success() ? "Success" : "Failure");
        text(json, "message", status.message());
        text(json, "reason", status.reason());
        if (status.details() != null) {
            details(json, status.details());
        }
        json.writeNumberField("code", status.code());
        json.writeEndObject();
    }

    private static void details(JsonGenerator json, ApiStatus.Details details) throws IOException {
        json.writeObjectFieldStart("details");
        text(json, "name", details.name());
        text(json, "group", details.group());
        text(json, "kind", details.kind());
        text(json, "uid", details.uid());
        if (!details.causes().isEmpty()) {
            json.writeArrayFieldStart("causes");
            for (ApiStatus.Cause cause : details.causes()) {
                json.writeStartObject();
                text(json, "reason", cause.reason());
                text(json, "message", cause.message());
                text(json, "field", cause.field());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        if (details.retryAfterSeconds() > 0) {
            json.writeNumberField("retryAfterSeconds", details.retryAfterSeconds());
        }
        json.writeEndObject();
    }

    private static void text(JsonGenerator json, String field, String value) throws IOException {
        if (!value.isEmpty()) {
            json.writeStringField(field, value);
        }
    }
}
