package dev.shiplog.api.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// What a handler answers.
public sealed interface ApiResponse {

    int code();

    String contentType();

    Headers headers();

    /// A body that ends. It is written on the handler's virtual thread right after the handler returned: small ones
    /// go out with a `Content-Length`, larger ones chunked as they are written (and compressed if asked), so that a
    /// long list is never held whole.
    ///
    /// @param rendering what is to be done to what `body` writes
    record Full(int code, String contentType, Rendering rendering, Headers headers, BodyWriter body)
            implements ApiResponse {
        public Full withHeader(String name, String value) {
            return new Full(code, contentType, rendering, headers.with(name, value), body);
        }
    }

    /// A body that goes on. Head and status go out at once; then `body` is started on the virtual thread, hooks itself
    /// to whatever feeds it, and returns: an idle stream has no thread. Never compressed.
    record Stream(int code, String contentType, Headers headers, StreamBody body) implements ApiResponse {}

    /// How the transport turns the bytes of a [Full] body into what goes out.
    enum Rendering {
        AS_WRITTEN,
        /// Compact JSON is written, indented JSON goes out.
        JSON_INDENTED,
        /// Compact JSON is written, YAML goes out.
        JSON_TO_YAML
    }

    /// Writes a body; called at most once.
    @FunctionalInterface
    interface BodyWriter {
        void writeTo(OutputStream out) throws IOException;
    }

    /// Starts a stream.
    @FunctionalInterface
    interface StreamBody {
        void start(StreamChannel channel) throws InterruptedException, StreamChannel.Closed;
    }

    /// A JSON document in the form that was negotiated. `body` writes compact JSON in any case.
    static Full json(int code, Media media, BodyWriter body) {
        Rendering rendering = media.form() == Media.Form.YAML
                ? Rendering.JSON_TO_YAML
                : media.pretty() ? Rendering.JSON_INDENTED : Rendering.AS_WRITTEN;
        return new Full(code, media.contentType(), rendering, Headers.NONE, body);
    }

    static Full json(int code, Media media, byte[] body) {
        return json(code, media, out -> out.write(body));
    }

    static Full text(int code, String body) {
        return bytes(code, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
    }

    static Full bytes(int code, String contentType, byte[] body) {
        return new Full(code, contentType, Rendering.AS_WRITTEN, Headers.NONE, out -> out.write(body));
    }
}
