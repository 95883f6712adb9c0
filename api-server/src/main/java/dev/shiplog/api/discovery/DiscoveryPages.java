package dev.shiplog.api.discovery;

import dev.shiplog.api.http.Accept;
import dev.shiplog.api.http.ApiHandler;
import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.ApiResponse;
import dev.shiplog.schemas.Catalog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Answers `/api`, `/apis` and what lies below them up to a version of a group. Made once: a catalog does not change.
public final class DiscoveryPages implements ApiHandler {
    private static final List<String> AGGREGATED_VERSIONS = List.of("v2", "v2beta1");

    private final Map<String, Page> pages = new HashMap<>();

    /// @param address `host:port` under which clients reach the API
    public DiscoveryPages(Catalog catalog, String address) {
        Served served = Served.of(catalog);
        List<Served.Version> core = served.groups().getOrDefault("", List.of());
        pages.put("/api", Page.of(json -> PlainDiscovery.versions(json, core, address)));
        pages.put("/apis", Page.of(json -> PlainDiscovery.groups(json, served)));
        var named = new ArrayList<List<Served.Version>>();
        served.groups().forEach((group, versions) -> {
            String path = group.isEmpty() ? "/api" : "/apis/" + group;
            if (!group.isEmpty()) {
                named.add(versions);
                pages.put(path, Page.of(json -> PlainDiscovery.group(json, group, versions)));
            }
            for (Served.Version version : versions) {
                pages.put(path + "/" + version.version(), Page.of(json -> PlainDiscovery.resources(json, version)));
            }
        });
        for (String version : AGGREGATED_VERSIONS) {
            String type = "application/json;g=%s;v=%s;as=%s"
                    .formatted(AggregatedDiscovery.GROUP, version, AggregatedDiscovery.KIND);
            pages.put(
                    "/api " + version, Page.of(type, json -> AggregatedDiscovery.write(json, version, List.of(core))));
            pages.put("/apis " + version, Page.of(type, json -> AggregatedDiscovery.write(json, version, named)));
        }
    }

    @Override
    public ApiResponse handle(ApiRequest request) {
        Page page = page(request);
        return page == null ? ApiResponse.text(404, "404 page not found\n") : page.answer(request);
    }

    private @Nullable Page page(ApiRequest request) {
        String path = request.info().path();
        if (path.equals("/api") || path.equals("/apis")) {
            String form = form(request);
            return pages.get(form.isEmpty() ? path : path + " " + form);
        }
        return pages.get(path);
    }

    /// The aggregated form that the client put first, or empty for the plain one.
    private static String form(ApiRequest request) {
        for (Accept.Clause clause : Accept.parse(request.headers().firstOr("accept", ""))) {
            if (clause.matches("application", "json")) {
                boolean aggregated = clause.parameter("g").equals(AggregatedDiscovery.GROUP)
                        && clause.parameter("as").equals(AggregatedDiscovery.KIND)
                        && AGGREGATED_VERSIONS.contains(clause.parameter("v"));
                if (aggregated) {
                    return clause.parameter("v");
                }
                if (clause.parameter("as").isEmpty()) {
                    return "";
                }
            }
        }
        return "";
    }
}
