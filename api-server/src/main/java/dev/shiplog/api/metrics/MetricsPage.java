package dev.shiplog.api.metrics;

import dev.shiplog.api.http.ApiHandler;
import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.ApiResponse;
import dev.shiplog.api.http.Headers;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// `/metrics` in Prometheus' text format.
public final class MetricsPage implements ApiHandler {
    private final PrometheusRegistry registry;

    public MetricsPage(PrometheusRegistry registry) {
        this.registry = registry;
    }

    @Override
    public ApiResponse handle(ApiRequest request) {
        var writer = PrometheusTextFormatWriter.create();
        return new ApiResponse.Full(
                200,
                writer.getContentType(),
                ApiResponse.Rendering.AS_WRITTEN,
                Headers.NONE,
                out -> writer.write(out, registry.scrape()));
    }
}
