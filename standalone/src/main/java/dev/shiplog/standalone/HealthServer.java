package dev.shiplog.standalone;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/// `/healthz` and `/metrics` of a role that runs alone, on loopback.
final class HealthServer implements AutoCloseable {
    private final HttpServer server;

    private HealthServer(HttpServer server) {
        this.server = server;
    }

    static HealthServer start(int port, BooleanSupplier ready, PrometheusRegistry metrics) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/healthz", exchange -> {
            boolean well = ready.getAsBoolean();
            answer(
                    exchange,
                    well ? 200 : 503,
                    "text/plain",
                    (well ? "ok" : "starting").getBytes(StandardCharsets.UTF_8));
        });
        server.createContext("/metrics", exchange -> {
            var text = new ByteArrayOutputStream();
            var writer = PrometheusTextFormatWriter.create();
            writer.write(text, metrics.scrape());
            answer(exchange, 200, writer.getContentType(), text.toByteArray());
        });
        server.start();
        return new HealthServer(server);
    }

    private static void answer(HttpExchange exchange, int code, String type, byte[] body) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(code, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
