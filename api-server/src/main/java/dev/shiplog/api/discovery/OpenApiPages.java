package dev.shiplog.api.discovery;

import dev.shiplog.api.http.ApiHandler;
import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.ApiResponse;
import dev.shiplog.api.http.Headers;
import dev.shiplog.schemas.openapi.OpenApi;
import java.util.List;

/// Answers `/openapi/v3` and the documents that its index names.
public final class OpenApiPages implements ApiHandler {
    private final OpenApi openApi;

    public OpenApiPages(OpenApi openApi) {
        this.openApi = openApi;
    }

    @Override
    public ApiResponse handle(ApiRequest request) {
        List<String> segments = request.info().segments();
        if (segments.size() < 2 || !segments.get(1).equals("v3")) {
            return ApiResponse.text(404, "404 page not found\n");
        }
        if (segments.size() == 2) {
            return json(openApi.index(), Headers.NONE);
        }
        OpenApi.Document document = openApi.document(String.join("/", segments.subList(2, segments.size())));
        if (document == null) {
            return ApiResponse.text(404, "404 page not found\n");
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
}
