package dev.shiplog.api;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.shiplog.api.auth.TokenKey;
import dev.shiplog.api.discovery.BuildVersion;
import dev.shiplog.api.http.ApiHandler;
import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.ApiResponse;
import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.Negotiation;
import dev.shiplog.api.http.StatusException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Everything that is not about a resource, by the first segment of its path.
final class Pages implements ApiHandler {
    private final Map<String, ApiHandler> bySegment = new LinkedHashMap<>();

    Pages(ApiHandler discovery, ApiHandler openApi, ApiHandler health, ApiHandler metrics) {
        bySegment.put("api", discovery);
        bySegment.put("apis", discovery);
        bySegment.put("openapi", openApi);
        for (String page : List.of("healthz", "livez", "readyz")) {
            bySegment.put(page, health);
        }
        bySegment.put("metrics", exactly("/metrics", metrics));
    }

    static ApiResponse notFound() {
        return ApiResponse.text(404, "404 page not found\n");
    }

    Pages withVersion(BuildVersion build) {
        byte[] body = """
                {"major":"%s","minor":"%s","gitVersion":"%s","gitCommit":"%s","gitTreeState":"clean",\
                "buildDate":"1970-01-01T00:00:00Z","goVersion":"","compiler":"","platform":"linux/%s"}\
                """.formatted(
                        BuildVersion.MAJOR, BuildVersion.MINOR, build.gitVersion(), build.commit(), architecture())
                .getBytes(StandardCharsets.UTF_8);
        bySegment.put("version", exactly("/version", json(body)));
        return this;
    }

    Pages withTokenKey(TokenKey key) {
        byte[] configuration = key.configuration().getBytes(StandardCharsets.UTF_8);
        byte[] keys = key.jwks().getBytes(StandardCharsets.UTF_8);
        bySegment.put(".well-known", exactly("/.well-known/openid-configuration", json(configuration)));
        bySegment.put(
                "openid", exactly("/openid/v1/jwks", _ -> ApiResponse.bytes(200, "application/jwk-set+json", keys)));
        return this;
    }

    @Override
    public ApiResponse handle(ApiRequest request) throws InterruptedException {
        List<String> segments = request.info().segments();
        ApiHandler handler = segments.isEmpty() ? this::index : bySegment.get(segments.getFirst());
        if (handler == null) {
            return notFound();
        }
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            throw new StatusException(ApiStatus.methodNotAllowed("", ""));
        }
        return handler.handle(request);
    }

    private ApiResponse index(ApiRequest request) {
        String paths = bySegment.keySet().stream()
                .map(segment -> '"' + new String(JsonStringEncoder.getInstance().quoteAsString("/" + segment)) + '"')
                .collect(Collectors.joining(",", "{\"paths\":[", "]}"));
        return json(paths.getBytes(StandardCharsets.UTF_8)).answer(request);
    }

    private interface Plain extends ApiHandler {
        ApiResponse answer(ApiRequest request);

        @Override
        default ApiResponse handle(ApiRequest request) {
            return answer(request);
        }
    }

    private static Plain json(byte[] body) {
        return request -> ApiResponse.json(200, Negotiation.plain(request), body);
    }

    private static ApiHandler exactly(String path, ApiHandler handler) {
        return request -> request.info().path().equals(path) ? handler.handle(request) : notFound();
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch", "")) {
            case "aarch64" -> "arm64";
            case String other when other.equals("x86_64") -> "amd64";
            case String other -> other;
        };
    }
}
