package dev.shiplog.node.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.shiplog.node.api.Tls;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.security.Principal;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The agent's ports: one with TLS for the API server, which must show a certificate of the cluster's authority; one
/// for
/// health, on loopback.
public final class AgentServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentServer.class);
    private static final int BACKLOG_MAX = 128;
    private static final int LOGS_MAX = 512;
    /// The API server's name, and the administrators' group.
    private static final String[] CALLERS = {"CN=shiplog-api-client", "O=system:masters"};

    private final HttpsServer server;
    private final HttpServer health;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore logs = new Semaphore(LOGS_MAX);
    private final PodLogs pods;
    private final Clock clock;

    private AgentServer(HttpsServer server, HttpServer health, PodLogs pods, Clock clock) {
        this.server = server;
        this.health = health;
        this.pods = pods;
        this.clock = clock;
    }

    /// Takes both ports.
    ///
    /// @param listen address of the port with TLS; empty for all
    public static AgentServer start(String listen, int port, int healthPort, Tls tls, PodLogs pods, Clock clock)
            throws IOException {
        InetSocketAddress address =
                listen.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(listen, port);
        HttpsServer server = HttpsServer.create(address, BACKLOG_MAX);
        HttpServer health;
        try {
            health =
                    HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), healthPort), BACKLOG_MAX);
        } catch (IOException e) {
            server.stop(0);
            throw e;
        }
        server.setHttpsConfigurator(new WantsCertificate(tls.context()));
        var made = new AgentServer(server, health, pods, clock);
        server.createContext("/", made::answer);
        server.setExecutor(made.threads);
        health.createContext("/healthz", exchange -> made.reply(exchange, made.healthCode(), made.healthText()));
        health.setExecutor(made.threads);
        server.start();
        health.start();
        return made;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public int healthPort() {
        return health.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        health.stop(0);
        threads.shutdownNow();
    }

    private int healthCode() {
        return pods.unhealthy().isEmpty() ? 200 : 500;
    }

    private String healthText() {
        String problem = pods.unhealthy();
        return problem.isEmpty() ? "ok" : problem;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            int refused = refused(exchange);
            if (refused == 401) {
                reply(exchange, 401, "Unauthorized");
            } else if (refused == 403) {
                reply(exchange, 403, "Forbidden");
            } else if (!exchange.getRequestMethod().equals("GET")) {
                reply(exchange, 405, "only GET");
            } else {
                route(exchange);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("{} failed", exchange.getRequestURI(), e);
            throw e;
        }
    }

    /// 401 without a certificate of the cluster's authority, 403 with one of somebody who has no business here.
    private static int refused(HttpExchange exchange) {
        if (!(exchange instanceof HttpsExchange secured)) {
            return 401;
        }
        try {
            Principal caller = secured.getSSLSession().getPeerPrincipal();
            for (String name : CALLERS) {
                if (java.util.List.of(caller.getName().split(",\\s*")).contains(name)) {
                    return 0;
                }
            }
            return 403;
        } catch (SSLPeerUnverifiedException e) {
            return 401;
        }
    }

    private void route(HttpExchange exchange) throws IOException, InterruptedException {
        String path = exchange.getRequestURI().getPath();
        String[] parts = path.split("/", -1);
        if (path.equals("/healthz")) {
            reply(exchange, healthCode(), healthText());
        } else if (path.equals("/pods")) {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            reply(exchange, 200, pods.pods().toString());
        } else if (path.equals("/metrics")) {
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
            reply(exchange, 200, pods.metrics());
        } else if (parts.length == 5 && parts[1].equals("containerLogs")) {
            log(exchange, parts[2], parts[3], parts[4]);
        } else {
            reply(exchange, 404, "404 page not found");
        }
    }

    private void log(HttpExchange exchange, String namespace, String pod, String container)
            throws IOException, InterruptedException {
        LogOptions options;
        try {
            options = LogOptions.of(query(exchange.getRequestURI().getRawQuery()), clock.instant());
        } catch (IllegalArgumentException e) {
            reply(exchange, 400, String.valueOf(e.getMessage()));
            return;
        }
        PodLogs.Which which = options.previous() ? PodLogs.Which.PREVIOUS : PodLogs.Which.LATEST;
        switch (pods.log(namespace, pod, container, which)) {
            case PodLogs.NoPod(String message) -> reply(exchange, 404, message);
            case PodLogs.NotNow(String message) -> reply(exchange, 400, message);
            case PodLogs.Found found -> stream(exchange, found, options);
        }
    }

    private void stream(HttpExchange exchange, PodLogs.Found found, LogOptions options)
            throws IOException, InterruptedException {
        if (!logs.tryAcquire()) {
            reply(exchange, 503, "too many logs are being read");
            return;
        }
        try {
            exchange.getResponseHeaders().set("Content-Type", "text/plain");
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.flush();
                new LogFollower(found.log(), options, out, found.running()).copy();
            }
        } finally {
            logs.release();
        }
    }

    private void reply(HttpExchange exchange, int code, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private static Map<String, String> query(@org.jspecify.annotations.Nullable String raw) {
        Map<String, String> query = new HashMap<>();
        if (raw == null || raw.isEmpty()) {
            return query;
        }
        for (String pair : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            query.put(URLDecoder.decode(name, UTF_8), URLDecoder.decode(value, UTF_8));
        }
        return query;
    }

    /// Asks for a certificate but lets one come without, to tell it 401.
    private static final class WantsCertificate extends HttpsConfigurator {
        WantsCertificate(SSLContext context) {
            super(context);
        }

        @Override
        public void configure(HttpsParameters parameters) {
            SSLParameters wanted = getSSLContext().getDefaultSSLParameters();
            wanted.setWantClientAuth(true);
            parameters.setSSLParameters(wanted);
        }
    }
}
