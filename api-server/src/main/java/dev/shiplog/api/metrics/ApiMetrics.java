package dev.shiplog.api.metrics;

import dev.shiplog.api.http.RequestInfo;
import dev.shiplog.api.resource.WatchGauge;
import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.Kind;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The API server's own metrics. Labels come from the catalog only, so that no client can invent one.
public final class ApiMetrics implements WatchGauge {
    private static final double[] BUCKETS = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60
    };

    private final Catalog catalog;
    private final Counter requests;
    private final Histogram durations;
    private final Gauge longRunning;
    private final Gauge watchers;
    private final Counter dropped;
    private final AtomicInteger watching = new AtomicInteger();

    public ApiMetrics(PrometheusRegistry registry, Catalog catalog) {
        this.catalog = catalog;
        this.requests = Counter.builder()
                .name("apiserver_request_total")
                .help("Requests answered")
                .labelNames("verb", "group", "version", "resource", "subresource", "code")
                .register(registry);
        this.durations = Histogram.builder()
                .name("apiserver_request_duration_seconds")
                .help("Time from a request's arrival to the end of its answer, streams left out")
                .labelNames("verb", "group", "version", "resource", "subresource")
                .classicOnly()
                .classicUpperBounds(BUCKETS)
                .register(registry);
        this.longRunning = Gauge.builder()
                .name("apiserver_longrunning_requests")
                .help("Streams that are open")
                .labelNames("verb", "group", "version", "resource", "subresource")
                .register(registry);
        this.watchers = Gauge.builder()
                .name("shiplog_watchers")
                .help("Watches that are open")
                .labelNames("resource")
                .register(registry);
        this.dropped = Counter.builder()
                .name("shiplog_watch_dropped_total")
                .help("Watches that were cut off because they were read too slowly")
                .labelNames("resource")
                .register(registry);
    }

    /// Publishes what program this is.
    public static void buildInfo(PrometheusRegistry registry, String version, String commit) {
        Info info = Info.builder()
                .name("shiplog_build_info")
                .help("The program's version and commit")
                .labelNames("version", "commit")
                .register(registry);
        info.setLabelValues(version, commit);
    }

    public void answered(RequestInfo info, int code, Duration took) {
        Labels labels = labels(info);
        requests.labelValues(
                        labels.verb,
                        labels.group,
                        labels.version,
                        labels.resource,
                        labels.subresource,
                        Integer.toString(code))
                .inc();
        if (!info.longRunning()) {
            durations
                    .labelValues(labels.verb, labels.group, labels.version, labels.resource, labels.subresource)
                    .observe(took.toNanos() / 1e9);
        }
    }

    public void streams(RequestInfo info, int change) {
        Labels labels = labels(info);
        longRunning
                .labelValues(labels.verb, labels.group, labels.version, labels.resource, labels.subresource)
                .inc(change);
    }

    @Override
    public void began(String resource) {
        watchers.labelValues(resource).inc();
        watching.incrementAndGet();
    }

    @Override
    public void ended(String resource) {
        watchers.labelValues(resource).dec();
        watching.decrementAndGet();
    }

    @Override
    public void dropped(String resource) {
        dropped.labelValues(resource).inc();
    }

    /// How many watches are open.
    public int watching() {
        return watching.get();
    }

    private record Labels(String verb, String group, String version, String resource, String subresource) {}

    private Labels labels(RequestInfo info) {
        String verb = verb(info);
        if (!info.isResourceRequest()) {
            return new Labels(verb, "", "", "", "");
        }
        @Nullable Kind kind = catalog.byResource(info.group(), info.version(), info.resource());
        if (kind == null) {
            return new Labels(verb, "", "", "", "");
        }
        boolean known = kind.subresources().stream().anyMatch(sub -> sub.name().equals(info.subresource()));
        return new Labels(verb, info.group(), info.version(), info.resource(), known ? info.subresource() : "");
    }

    /// Kubernetes labels requests by method, and by verb where one method has several.
    private static String verb(RequestInfo info) {
        return switch (info.verb()) {
            case "create" -> "POST";
            case "update" -> "PUT";
            case "get", "list", "watch", "patch", "delete", "deletecollection" ->
                info.verb().toUpperCase(Locale.ROOT);
            case "post", "put", "head", "options" -> info.verb().toUpperCase(Locale.ROOT);
            default -> "OTHER";
        };
    }
}
