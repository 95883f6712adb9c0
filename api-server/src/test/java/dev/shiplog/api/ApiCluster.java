package dev.shiplog.api;

import dev.shiplog.api.tls.AdminKubeconfig;
import dev.shiplog.api.tls.ClientTls;
import dev.shiplog.api.tls.Issued;
import dev.shiplog.api.tls.Pki;
import dev.shiplog.api.tls.PkiWriter;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Past;
import dev.shiplog.store.broker.KafkaUser;
import dev.shiplog.store.history.HistoryHost;
import dev.shiplog.store.journal.AppenderSettings;
import dev.shiplog.store.journal.JournalAppender;
import dev.shiplog.store.kafka.TestCluster;
import dev.shiplog.store.kafka.ViewsHost;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A broker and an API server on free ports, and clients of it.
public final class ApiCluster implements AutoCloseable {
    private final Path directory;
    private final List<HistoryHost> pasts = new ArrayList<>();
    private final TestCluster kafka;
    private final ViewsHost views;
    private final JournalAppender main;
    private final JournalAppender ephemeral;
    private final Pki pki;
    private final ApiServer server;
    private final HttpClient admin;

    private ApiCluster(Path directory) throws Exception {
        this.directory = directory;
        kafka = TestCluster.start(directory);
        views = kafka.views(KafkaUser.API_SERVER);
        main = appender(StoreName.MAIN);
        ephemeral = appender(StoreName.EPHEMERAL);
        pki = new PkiWriter(directory.resolve("tls"), InstantSource.system(), new SecureRandom()).ensure(List.of());
        server = ApiServer.start(
                new ApiSettings("127.0.0.1", 0, "192.0.2.1", "0.0.0", ""),
                new ApiServer.Needs(
                        pki,
                        views.views(),
                        new Past.Pasts(past(StoreName.MAIN), past(StoreName.EPHEMERAL)),
                        main,
                        ephemeral,
                        kafka.endpoint(KafkaUser.API_SERVER),
                        new PrometheusRegistry()));
        admin = client(pki.admin());
    }

    public static ApiCluster start(Path directory) throws Exception {
        return new ApiCluster(directory);
    }

    private HistoryHost past(StoreName store) {
        HistoryHost host = views.history(store, directory.resolve("history"));
        host.start();
        pasts.add(host);
        return host;
    }

    private JournalAppender appender(StoreName store) {
        return views.appender(store, AppenderSettings.of("test"), TestCluster.seams());
    }

    public ApiServer server() {
        return server;
    }

    /// What appends to the journal of the store `main`.
    public JournalAppender main() {
        return main;
    }

    public Pki pki() {
        return pki;
    }

    public TestCluster kafka() {
        return kafka;
    }

    /// The certificate of a node's agent.
    public Issued node(String name) throws IOException {
        return new PkiWriter(pki.directory(), InstantSource.system(), new SecureRandom()).node(name);
    }

    /// Writes a kubeconfig of the admin.
    public Path kubeconfig() throws IOException {
        return Files.writeString(pki.directory().resolve("kubeconfig"), AdminKubeconfig.text(pki, url("")));
    }

    public HttpClient client(@Nullable Issued certificate) throws Exception {
        return HttpClient.newBuilder()
                .sslContext(ClientTls.of(certificate, pki.ca()))
                .build();
    }

    public String url(String target) {
        return "https://localhost:" + server.port() + target;
    }

    public HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create(url(target))).timeout(Duration.ofSeconds(30));
    }

    /// As the admin.
    public HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return admin.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    public HttpResponse<String> get(String target) throws IOException, InterruptedException {
        return send(request(target));
    }

    public HttpResponse<String> post(String target, String json) throws IOException, InterruptedException {
        return send(request(target)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    @Override
    public void close() throws IOException {
        admin.shutdownNow();
        server.close();
        main.close();
        ephemeral.close();
        pasts.forEach(HistoryHost::close);
        views.close();
        kafka.close();
    }
}
