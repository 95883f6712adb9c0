package dev.shiplog.api.health;

import dev.shiplog.api.http.ApiHandler;
import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.ApiResponse;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers `/livez`, `/readyz` and `/healthz`, whole or one check (`/livez/NAME`), with `?verbose` and `?exclude=NAME`.
public final class HealthPages implements ApiHandler {
    private static final Logger LOG = LoggerFactory.getLogger(HealthPages.class);

    private final List<HealthCheck> live;
    private final List<HealthCheck> ready;

    /// @param ready beyond `live`: what must hold before requests are welcome
    public HealthPages(List<HealthCheck> live, List<HealthCheck> ready) {
        this.live = List.copyOf(live);
        this.ready = List.copyOf(ready);
    }

    @Override
    public ApiResponse handle(ApiRequest request) {
        List<String> segments = request.info().segments();
        String page = segments.getFirst();
        List<HealthCheck> checks = page.equals("readyz") ? ready : live;
        if (segments.size() == 1) {
            return all(page, checks, request);
        }
        String name = String.join("/", segments.subList(1, segments.size()));
        return checks.stream()
                .filter(check -> check.name().equals(name))
                .findFirst()
                .map(HealthPages::one)
                .orElseGet(() -> ApiResponse.text(404, "404 page not found\n"));
    }

    private static ApiResponse one(HealthCheck check) {
        String failure = check.failure().get();
        return failure == null
                ? ApiResponse.text(200, "ok")
                : ApiResponse.text(500, "internal server error: " + failure + "\n");
    }

    private static ApiResponse all(String page, List<HealthCheck> checks, ApiRequest request) {
        Set<String> unmatched = new LinkedHashSet<>(request.query().all("exclude"));
        Set<String> excluded = Set.copyOf(unmatched);
        var lines = new StringBuilder();
        boolean well = true;
        for (HealthCheck check : checks) {
            unmatched.remove(check.name());
            if (excluded.contains(check.name())) {
                lines.append("[+]").append(check.name()).append(" excluded: ok\n");
                continue;
            }
            String failure = check.failure().get();
            if (failure == null) {
                lines.append("[+]").append(check.name()).append(" ok\n");
            } else {
                well = false;
                LOG.info("{} check {} failed: {}", page, check.name(), failure);
                lines.append("[-]")
                        .append(check.name())
                        .append(" failed: ")
                        .append(failure)
                        .append('\n');
            }
        }
        if (!unmatched.isEmpty()) {
            lines.append("warn: some health checks cannot be excluded: no matches for \"")
                    .append(String.join("\",\"", unmatched))
                    .append("\"\n");
        }
        lines.append(page).append(well ? " check passed\n" : " check failed\n");
        if (!well) {
            return ApiResponse.text(500, lines.toString());
        }
        return ApiResponse.text(200, request.query().has("verbose") ? lines.toString() : "ok");
    }
}
