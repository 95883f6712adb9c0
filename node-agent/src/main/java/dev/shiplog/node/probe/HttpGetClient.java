package dev.shiplog.node.probe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.HTTPGetAction;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// One HTTP request over a connection of its own, of whose answer only the status line counts. Certificates are
/// not checked: the address was chosen by us, and the name in the certificate is not an address.
final class HttpGetClient {
    private static final int STATUS_LINE_BYTES_MAX = 1_024;

    private HttpGetClient() {}

    /// The status code, or an exception that says why there is none.
    static int get(HTTPGetAction action, Container container, String podAddress, Duration timeout) throws IOException {
        int port = Ports.number(action.port(), container);
        if (port <= 0) {
            throw new IOException("no port " + action.port());
        }
        String host = action.host().isEmpty() ? podAddress : action.host();
        int millis = (int) Math.max(1, timeout.toMillis());
        try (var plain = new Socket()) {
            plain.connect(new InetSocketAddress(host, port), millis);
            plain.setSoTimeout(millis);
            Socket socket = action.scheme().equals("HTTPS")
                    ? trusting().getSocketFactory().createSocket(plain, host, port, true)
                    : plain;
            socket.getOutputStream().write(request(action, host, port).getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            return status(new BufferedInputStream(socket.getInputStream(), STATUS_LINE_BYTES_MAX));
        }
    }

    private static String request(HTTPGetAction action, String host, int port) {
        String path = action.path().isEmpty() ? "/" : action.path();
        var request = new StringBuilder("GET ")
                .append(path.startsWith("/") ? path : "/" + path)
                .append(" HTTP/1.1\r\n");
        boolean hostGiven = false;
        boolean agentGiven = false;
        for (var header : action.httpHeaders()) {
            hostGiven |= header.name().equalsIgnoreCase("Host");
            agentGiven |= header.name().equalsIgnoreCase("User-Agent");
            request.append(header.name()).append(": ").append(header.value()).append("\r\n");
        }
        if (!hostGiven) {
            request.append("Host: ").append(host).append(':').append(port).append("\r\n");
        }
        if (!agentGiven) {
            request.append("User-Agent: shiplog-probe\r\n");
        }
        return request.append("Accept: */*\r\nConnection: close\r\n\r\n").toString();
    }

    private static int status(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n' && line.size() < STATUS_LINE_BYTES_MAX; b = in.read()) {
            line.write(b);
        }
        String[] words = line.toString(ISO_8859_1).strip().split(" ", -1);
        if (words.length < 2 || !words[0].startsWith("HTTP/") || !words[1].matches("[1-5][0-9][0-9]")) {
            throw new IOException("no HTTP answer");
        }
        return Integer.parseInt(words[1]);
    }

    private static SSLContext trusting() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustAll()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static final class TrustAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
