package dev.shiplog.api;

import dev.shiplog.api.auth.Authenticator;
import dev.shiplog.api.auth.Authorizer;
import dev.shiplog.api.auth.LiveObjects;
import dev.shiplog.api.auth.TokenKey;
import dev.shiplog.api.auth.TokenVerifier;
import dev.shiplog.api.discovery.BuildVersion;
import dev.shiplog.api.discovery.DiscoveryPages;
import dev.shiplog.api.discovery.OpenApiPages;
import dev.shiplog.api.health.HealthCheck;
import dev.shiplog.api.health.HealthPages;
import dev.shiplog.api.http.HttpServer;
import dev.shiplog.api.http.HttpSettings;
import dev.shiplog.api.logs.LogHandler;
import dev.shiplog.api.logs.NodeLogClient;
import dev.shiplog.api.metrics.ApiMetrics;
import dev.shiplog.api.metrics.MetricsPage;
import dev.shiplog.api.resource.Cluster;
import dev.shiplog.api.tls.ClientTls;
import dev.shiplog.api.tls.Issued;
import dev.shiplog.api.tls.TestAuthority;
import dev.shiplog.api.tls.TlsServer;
import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.openapi.OpenApi;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// The whole API server over TLS on a free port, on journals in memory instead of a broker.
final class MemoryApi implements AutoCloseable {
    final TestAuthority authority = new TestAuthority(Instant.now());
    final Cluster cluster = Cluster.bootstrapped();
    private final NodeLogClient logs;
    private final HttpServer http;

    MemoryApi() throws Exception {
        Catalog catalog = Cluster.codec().catalog();
        var registry = new PrometheusRegistry();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        var key = new TokenKey(generator.generateKeyPair().getPublic());
        var live = new LiveObjects(cluster.main::snapshot, cluster.main::snapshot, Cluster.codec());
        List<HealthCheck> checks = List.of(HealthCheck.PING);
        logs = new NodeLogClient(ClientTls.of(authority.client("api"), authority.ca()));
        var pages = new Pages(
                        new DiscoveryPages(catalog, "localhost:6443"),
                        new OpenApiPages(new OpenApi(catalog)),
                        new HealthPages(checks, checks),
                        new MetricsPage(registry))
                .withVersion(new BuildVersion("0.0.0", ""))
                .withTokenKey(key);
        var front = new RequestFront(
                new Authenticator(authority.ca(), new TokenVerifier(key, live), InstantSource.system()),
                new Authorizer(live),
                catalog,
                new RequestFront.Handlers(
                        pages, new LogHandler(cluster.main::snapshot, Cluster.codec(), logs), cluster.server),
                new ApiMetrics(registry, catalog));
        http = HttpServer.start(
                HttpSettings.of("127.0.0.1", 0),
                TlsServer.of(authority.server(), authority.ca()),
                front,
                InstantSource.system());
    }

    int port() {
        return http.port();
    }

    /// The TLS of the admin.
    SSLContext admin() throws Exception {
        return tls(authority.client("shiplog-admin", "system:masters"));
    }

    SSLContext tls(@Nullable Issued certificate) throws Exception {
        return ClientTls.of(certificate, authority.ca());
    }

    @Override
    public void close() {
        http.close();
        logs.close();
        cluster.close();
    }
}
