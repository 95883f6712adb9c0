package dev.shiplog.api;

import dev.shiplog.api.auth.Authenticator;
import dev.shiplog.api.auth.Authorizer;
import dev.shiplog.api.auth.LiveObjects;
import dev.shiplog.api.auth.TokenIssuer;
import dev.shiplog.api.auth.TokenKey;
import dev.shiplog.api.auth.TokenVerifier;
import dev.shiplog.api.bootstrap.ApiAddress;
import dev.shiplog.api.bootstrap.ResourceHost;
import dev.shiplog.api.discovery.BuildVersion;
import dev.shiplog.api.discovery.DiscoveryPages;
import dev.shiplog.api.discovery.OpenApiPages;
import dev.shiplog.api.health.HealthCheck;
import dev.shiplog.api.health.HealthPages;
import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.ApiResponse;
import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.HttpServer;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.api.logs.LogHandler;
import dev.shiplog.api.logs.NodeLogClient;
import dev.shiplog.api.metrics.ApiMetrics;
import dev.shiplog.api.metrics.MetricsPage;
import dev.shiplog.api.resource.ResourceServer;
import dev.shiplog.api.resource.Stores;
import dev.shiplog.api.tls.ClientTls;
import dev.shiplog.api.tls.Pki;
import dev.shiplog.api.tls.TlsServer;
import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.Codec;
import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.Keys;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.openapi.OpenApi;
import dev.shiplog.store.Appender;
import dev.shiplog.store.Entry;
import dev.shiplog.store.Past;
import dev.shiplog.store.Snapshot;
import dev.shiplog.store.Views;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The role `api-server`: the Kubernetes REST API of one process, over both stores. The one door of this module.
public final class ApiServer implements AutoCloseable {
    private static final Duration NEWEST_MAX = Duration.ofSeconds(5);

    private final Needs needs;
    private final InstantSource clock = InstantSource.system();
    private final Codec codec;
    private final ApiMetrics metrics;
    private final NodeLogClient logs;
    private final HttpServer http;
    private volatile @Nullable ResourceHost resources;

    /// What the server stands on. Its views must have caught up and its appenders be open; they stay their owner's.
    ///
    /// @param kafka as the principal of API servers
    /// @param registry where its metrics go, and what `/metrics` shows
    public record Needs(
            Pki pki,
            Views views,
            Past.Pasts pasts,
            Appender main,
            Appender ephemeral,
            KafkaEndpoint kafka,
            PrometheusRegistry registry) {}

    private ApiServer(ApiSettings settings, Needs needs) throws IOException, GeneralSecurityException {
        this.needs = needs;
        Catalog catalog = Catalog.builtIn();
        codec = new Codec(catalog, this::schemaText);
        metrics = new ApiMetrics(needs.registry(), catalog);
        ApiMetrics.buildInfo(needs.registry(), settings.version(), settings.commit());
        Pki pki = needs.pki();
        logs = new NodeLogClient(ClientTls.of(pki.apiClient(), pki.ca()));
        TokenKey tokens = new TokenKey(pki.tokenPublicKey());
        LiveObjects live = new LiveObjects(() -> needs.views().main().snapshot(), this::newest, codec);
        var front = new RequestFront(
                new Authenticator(pki.ca(), new TokenVerifier(tokens, live), clock),
                new Authorizer(live),
                catalog,
                new RequestFront.Handlers(
                        pages(settings, catalog, tokens), new LogHandler(this::newest, codec, logs), this::object),
                metrics);
        http = HttpServer.start(settings.http(), TlsServer.of(pki.apiServer(), pki.ca()), front, clock);
    }

    /// Listens, makes sure of the initial objects, and returns when requests are welcome.
    ///
    /// @throws IOException when the port is taken, or the certificates cannot be read
    public static ApiServer start(ApiSettings settings, Needs needs) throws IOException, InterruptedException {
        ApiServer server;
        try {
            server = new ApiServer(settings, needs);
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "cannot serve with the certificates in " + needs.pki().directory(), e);
        }
        try {
            server.serveObjects(settings);
        } catch (InterruptedException | RuntimeException failure) {
            server.close();
            throw failure;
        }
        return server;
    }

    private Pages pages(ApiSettings settings, Catalog catalog, TokenKey tokens) {
        HealthCheck objects =
                new HealthCheck("poststarthook/initial-objects", () -> resources == null ? "not finished" : null);
        return new Pages(
                        new DiscoveryPages(catalog, settings.advertise() + ":" + settings.port()),
                        new OpenApiPages(new OpenApi(catalog)),
                        new HealthPages(
                                List.of(HealthCheck.PING),
                                List.of(
                                        HealthCheck.PING,
                                        objects,
                                        HealthCheck.caughtUp(StoreName.MAIN, needs.main()),
                                        HealthCheck.caughtUp(StoreName.EPHEMERAL, needs.ephemeral()))),
                        new MetricsPage(needs.registry()))
                .withVersion(new BuildVersion(settings.version(), settings.commit()))
                .withTokenKey(tokens);
    }

    private void serveObjects(ApiSettings settings) throws InterruptedException {
        Pki pki = needs.pki();
        Counter unsupported = Counter.builder()
                .name("shiplog_unsupported_fields_total")
                .help("Objects written with a field that nothing honours")
                .labelNames("path")
                .register(needs.registry());
        var stores = new Stores(needs.views(), needs.pasts(), needs.main(), needs.ephemeral());
        var issuer = new TokenIssuer(pki.tokenKey(), new TokenKey(pki.tokenPublicKey()));
        resources = ResourceHost.start(new ResourceHost.Settings(
                new ResourceServer.Needs(stores, codec, clock, new SecureRandom(), issuer, metrics),
                needs.kafka(),
                pki.text("ca.crt"),
                new ApiAddress(settings.advertise(), http.port()),
                path -> unsupported.labelValues(path).inc()));
    }

    private ApiResponse object(ApiRequest request) throws InterruptedException {
        ResourceHost ready = resources;
        if (ready == null) {
            throw new StatusException(ApiStatus.unavailable("the API server is starting", 1));
        }
        return ready.handler().handle(request);
    }

    private @Nullable String schemaText(long fingerprint) {
        for (StoreName store : StoreName.values()) {
            Entry entry = needs.views().of(store).snapshot().get(Keys.schema(fingerprint));
            if (entry != null) {
                return new String(entry.value(), StandardCharsets.UTF_8);
            }
        }
        return null;
    }

    private Snapshot newest() {
        try {
            return needs.main().latest(NEWEST_MAX);
        } catch (TimeoutException _) {
            throw new StatusException(ApiStatus.timeout("the journal does not say what is newest", 1));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new StatusException(ApiStatus.timeout("request did not complete within the allotted timeout", 0));
        }
    }

    /// The port that is listened on.
    public int port() {
        return http.port();
    }

    /// How many watches are open.
    public int watchers() {
        return metrics.watching();
    }

    /// Stops listening and drops all connections. Journals and views stay as they are.
    @Override
    public void close() {
        http.close();
        ResourceHost started = resources;
        if (started != null) {
            started.close();
        }
        logs.close();
    }
}
