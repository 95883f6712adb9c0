package dev.shiplog.api.discovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shiplog.api.http.Accept;
import dev.shiplog.api.http.ApiHandler;
import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.ApiResponse;
import dev.shiplog.api.http.Headers;
import dev.shiplog.schemas.openapi.OpenApi;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Answers `/openapi/v3` and the documents that its index names, and `/openapi/v2`.
public final class OpenApiPages implements ApiHandler {
    private static final Duration KEPT = Duration.ofDays(365);

    private final OpenApi openApi;
    private @Nullable Older older;

    /// The document of v2 in its two forms.
    private record Older(Page json, Page proto) {}

    public OpenApiPages(OpenApi openApi) {
        this.openApi = openApi;
    }

    @Override
    public ApiResponse handle(ApiRequest request) {
        List<String> segments = request.info().segments();
        return switch (segments.size() < 2 ? "" : segments.get(1)) {
            case "v3" -> newer(request, segments);
            case "v2" -> segments.size() == 2 ? older(request) : notFound();
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
        Headers headers = Headers.of("ETag", tag).with("Vary", "Accept");
        String hash = request.query().text("hash");
        if (!hash.isEmpty() && !hash.equals(document.hash())) {
            String there = request.info().path() + "?hash=" + document.hash();
            return new ApiResponse.Full(
                    301, "", ApiResponse.Rendering.AS_WRITTEN, Headers.of("Location", there), _ -> {});
        }
        if (!hash.isEmpty()) {
            headers = headers.with("Cache-Control", "public, immutable").with("Expires", inAYear(request));
        }
        if (request.headers().firstOr("if-none-match", "").contains(tag)) {
            return new ApiResponse.Full(304, "", ApiResponse.Rendering.AS_WRITTEN, headers, _ -> {});
        }
        return json(document.json(), headers);
    }

    /// What is named by its contents never changes.
    private static String inAYear(ApiRequest request) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(
                request.receivedAt().plus(KEPT).atOffset(ZoneOffset.UTC));
    }

    private static ApiResponse json(byte[] json, Headers headers) {
        return new ApiResponse.Full(
                200, "application/json", ApiResponse.Rendering.AS_WRITTEN, headers, out -> out.write(json));
    }

    private ApiResponse older(ApiRequest request) {
        for (Accept.Clause clause : Accept.parse(request.headers().firstOr("accept", ""))) {
            if (clause.matches("application", "json")) {
                break;
            }
            if (clause.matches("application", SwaggerProto.SUBTYPE)
                    || clause.matches("application", SwaggerProto.SUBTYPE_OLDER)) {
                return older().proto().answer(request);
            }
        }
        return older().json().answer(request);
    }

    /// Made when first asked for: only old clients do.
    private synchronized Older older() {
        Older made = older;
        if (made == null) {
            List<byte[]> documents = openApi.paths().stream()
                    .map(openApi::document)
                    .filter(Objects::nonNull)
                    .map(OpenApi.Document::json)
                    .toList();
            ObjectNode swagger = Swagger.of(documents);
            made = new Older(
                    Page.of(swagger.toString().getBytes(StandardCharsets.UTF_8)),
                    Page.of(SwaggerProto.MEDIA_TYPE, SwaggerProto.of(swagger)));
            older = made;
        }
        return made;
    }

    private static ApiResponse notFound() {
        return ApiResponse.text(404, "404 page not found\n");
    }
}
