package dev.shiplog.api.discovery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.ApiResponse;
import dev.shiplog.api.http.Headers;
import dev.shiplog.api.http.Negotiation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/// A document that changes rarely, with its entity tag.
///
/// @param contentType empty: JSON, given out as whatever is negotiated, JSON or YAML
@SuppressWarnings("ArrayRecordComponent") // never compared
record Page(byte[] body, String tag, String contentType) {
    private static final JsonFactory FACTORY = new JsonFactory();

    interface Content {
        void write(JsonGenerator json) throws IOException;
    }

    static Page of(Content content) {
        return of("", content);
    }

    static Page of(String contentType, Content content) {
        var bytes = new ByteArrayOutputStream(4_096);
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            content.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return of(contentType, bytes.toByteArray());
    }

    static Page of(byte[] json) {
        return of("", json);
    }

    static Page of(String contentType, byte[] body) {
        return new Page(body, hash(body), contentType);
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))
                    .toUpperCase(Locale.ROOT);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The document, or 304 when the client has it.
    ApiResponse answer(ApiRequest request) {
        String quoted = '"' + tag + '"';
        Headers headers = Headers.of("ETag", quoted).with("Vary", "Accept");
        if (request.headers().firstOr("if-none-match", "").contains(quoted)) {
            return new ApiResponse.Full(304, "", ApiResponse.Rendering.AS_WRITTEN, headers, _ -> {});
        }
        if (contentType.isEmpty()) {
            ApiResponse.Full full = ApiResponse.json(200, Negotiation.plain(request), body);
            return new ApiResponse.Full(full.code(), full.contentType(), full.rendering(), headers, full.body());
        }
        return new ApiResponse.Full(
                200, contentType, ApiResponse.Rendering.AS_WRITTEN, headers, out -> out.write(body));
    }
}
