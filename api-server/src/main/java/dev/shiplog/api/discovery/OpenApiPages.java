package dev.shiplog.api.discovery;

import dev.shiplog.api.http.ApiHandler;
import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.ApiResponse;
import dev.shiplog.api.http.Headers;
import dev.shiplog.schemas.openapi.OpenApi;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Answers `/openapi/v3` and the documents that its index names, and `/openapi/v2`.
public final class OpenApiPages implements ApiHandler {
    private final OpenApi openApi;
    private @Nullable Page older;

    public OpenApiPages(OpenApi openApi) {
        this.openApi = openApi;
    }

    @Override
    public ApiResponse handle(ApiRequest request) {
        List<String> segments = request.info().segments();
        return switch (segments.size() < 2 ? "" : segments.get(1)) {
            case "v3" -> newer(request, segments);
            case "v2" -> segments.size() == 2 ? older().answer(request) : notFound();
            default -> notFound();
        };
    }

    private ApiResponse newer(ApiRequest request, List<String> segments) {
        if (segments.size() == 2) {
            return json(openApi.index(), Headers.NONE);
        }
        OpenApi.Document document = openApi.document(String.join("/", segments.subList(2, segments.size())));
        if (document == null) {
            return notFound();
        }
        String tag = '"' + document.hash() + '"';
        Headers headers = Headers.of("ETag", tag);
        if (request.headers().firstOr("if-none-match", "").contains(tag)) {
            return new ApiResponse.Full(304, "", ApiResponse.Rendering.AS_WRITTEN, headers, _ -> {});
        }
        return json(document.json(), headers);
    }

    private static ApiResponse json(byte[] json, Headers headers) {
        return new ApiResponse.Full(
                200, "application/json", ApiResponse.Rendering.AS_WRITTEN, headers, out -> out.write(json));
    }

    /// Made when first asked for: hardly anybody does.
    private synchronized Page older() {
        Page made = older;
        if (made == null) {
            List<byte[]> documents = openApi.paths().stream()
                    .map(openApi::document)
                    .filter(Objects::nonNull)
                    .map(OpenApi.Document::json)
                    .toList();
            made = Page.of(Swagger.of(documents));
            older = made;
        }
        return made;
    }

    private static ApiResponse notFound() {
        return ApiResponse.text(404, "404 page not found\n");
    }
}
