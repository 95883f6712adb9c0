package dev.shiplog.api.logs;

import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.Identity;
import dev.shiplog.api.http.StatusException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// Fetches logs from node agents over mutual TLS.
public final class NodeLogClient implements LogSource, AutoCloseable {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
    private static final int REFUSAL_BYTES_MAX = 4_096;

    private final SSLContext tls;
    private @Nullable HttpClient client;

    /// @param tls shows the API servers' client certificate, trusts the cluster's authority
    public NodeLogClient(SSLContext tls) {
        this.tls = tls;
    }

    /// Made when first needed: many servers are never asked for a log.
    private synchronized HttpClient client() {
        HttpClient made = client;
        if (made == null) {
            made = HttpClient.newBuilder()
                    .sslContext(tls)
                    .connectTimeout(CONNECT_MAX)
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();
            client = made;
        }
        return made;
    }

    @Override
    public InputStream open(NodeLocation node, String namespace, String pod, String container, LogQuery query)
            throws InterruptedException {
        String parameters = query.parameters().stream()
                .map(parameter -> parameter.name() + "=" + encoded(parameter.value()))
                .collect(Collectors.joining("&", "?", ""));
        String target = "https://%s/containerLogs/%s/%s/%s%s"
                .formatted(node.authority(), encoded(namespace), encoded(pod), encoded(container), parameters);
        HttpResponse<InputStream> response = send(node, target);
        if (response.statusCode() == 200) {
            return response.body();
        }
        throw refused(node, response);
    }

    private HttpResponse<InputStream> send(NodeLocation node, String target) throws InterruptedException {
        try {
            var request = HttpRequest.newBuilder(URI.create(target))
                    .timeout(ANSWER_MAX)
                    .GET()
                    .build();
            HttpResponse<InputStream> response = client().send(request, HttpResponse.BodyHandlers.ofInputStream());
            if (!isNode(node, response.sslSession().orElse(null))) {
                response.body().close();
                throw unreachable(node, "it shows the certificate of somebody else");
            }
            return response;
        } catch (IOException | IllegalArgumentException e) {
            throw unreachable(node, e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    /// Whoever is a master may speak for any node: so does the agent of hollow ones.
    private static boolean isNode(NodeLocation node, @Nullable SSLSession session) throws SSLPeerUnverifiedException {
        if (session == null) {
            return false;
        }
        List<String> subject = List.of(session.getPeerPrincipal().getName().split(",", -1));
        return subject.contains("CN=" + Identity.NODE_PREFIX + node.name())
                || subject.contains("O=" + Identity.MASTERS);
    }

    private static StatusException unreachable(NodeLocation node, String why) {
        return new StatusException(ApiStatus.internal(
                "the agent of node \"%s\" at %s cannot be reached: %s".formatted(node.name(), node.authority(), why)));
    }

    private static StatusException refused(NodeLocation node, HttpResponse<InputStream> response) {
        String text;
        try (InputStream body = response.body()) {
            text = new String(body.readNBytes(REFUSAL_BYTES_MAX), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            text = String.valueOf(e.getMessage());
        }
        return new StatusException(
                switch (response.statusCode()) {
                    case 400 -> ApiStatus.badRequest(text);
                    case 404 -> ApiStatus.of(404, "NotFound", text);
                    case 503 -> ApiStatus.unavailable(text, 1);
                    default ->
                        ApiStatus.internal("the agent of node \"%s\" answers %d: %s"
                                .formatted(node.name(), response.statusCode(), text));
                });
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public synchronized void close() {
        if (client != null) {
            client.shutdownNow();
        }
    }
}
