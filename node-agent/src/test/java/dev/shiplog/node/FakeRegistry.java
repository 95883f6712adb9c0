package dev.shiplog.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// As much of a registry as a pull needs (OCI Distribution Specification, "Pulling"), for one image, with a password.
final class FakeRegistry implements AutoCloseable {
    private static final int TAR_BLOCK = 512;
    private final Map<String, byte[]> blobs = new HashMap<>();
    private final String manifest;
    private final HttpServer server;

    /// @param layout a tar of an OCI image layout
    FakeRegistry(byte[] layout, String user, String password) throws IOException {
        Map<String, byte[]> files = untar(layout);
        files.forEach((name, bytes) -> {
            if (name.startsWith("blobs/sha256/")) {
                blobs.put("sha256:" + name.substring("blobs/sha256/".length()), bytes);
            }
        });
        manifest = new ObjectMapper()
                .readTree(files.get("index.json"))
                .path("manifests")
                .path(0)
                .path("digest")
                .asText();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v2/", this::answer).setAuthenticator(new BasicAuthenticator("registry") {
            @Override
            public boolean checkCredentials(String name, String word) {
                return name.equals(user) && word.equals(password);
            }
        });
        server.start();
    }

    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String last = path.substring(path.lastIndexOf('/') + 1);
        boolean isManifest = path.contains("/manifests/");
        String digest = isManifest && !last.startsWith("sha256:") ? manifest : last;
        byte[] body = path.equals("/v2/") ? "{}".getBytes(UTF_8) : blobs.get(digest);
        try (exchange) {
            if (body == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            exchange.getResponseHeaders().set("Docker-Content-Digest", digest);
            exchange.getResponseHeaders()
                    .set(
                            "Content-Type",
                            isManifest ? "application/vnd.oci.image.manifest.v1+json" : "application/octet-stream");
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
                exchange.sendResponseHeaders(200, -1);
            } else {
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }

    private static Map<String, byte[]> untar(byte[] tar) {
        Map<String, byte[]> files = new HashMap<>();
        int at = 0;
        while (at + TAR_BLOCK <= tar.length && tar[at] != 0) {
            String name = text(tar, at, 100);
            int size = Integer.parseInt(text(tar, at + 124, 12).strip(), 8);
            files.put(name, Arrays.copyOfRange(tar, at + TAR_BLOCK, at + TAR_BLOCK + size));
            at += TAR_BLOCK + (size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
        }
        return files;
    }

    private static String text(byte[] tar, int from, int length) {
        String text = new String(tar, from, length, US_ASCII);
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
