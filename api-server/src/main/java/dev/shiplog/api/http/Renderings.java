package dev.shiplog.api.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/// Applies the rendering of a response to what its body writes.
final class Renderings {
    private Renderings() {}

    static void write(ApiResponse.Full full, OutputStream out) throws IOException {
        switch (full.rendering()) {
            case AS_WRITTEN -> full.body().writeTo(out);
            case JSON_INDENTED -> {
                var indented = new IndentedJson(out);
                full.body().writeTo(indented);
                indented.finish();
            }
            case JSON_TO_YAML -> {
                var json = new ByteArrayOutputStream();
                full.body().writeTo(json);
                JsonToYaml.convert(json.toByteArray(), out);
            }
        }
    }
}
