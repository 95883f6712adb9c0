package dev.shiplog.standalone.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// One keep-alive connection to the API server, as plain as HTTP/1.1 allows: the load must not cost more than
/// what it measures. One caller at a time.
final class PlainHttpClient implements AutoCloseable {
    private final SSLSocket socket;
    private final InputStream in;
    private final OutputStream out;
    private int code;
    private byte[] body = new byte[0];

    PlainHttpClient(SSLContext tls, int port) throws IOException {
        socket = (SSLSocket) tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.startHandshake();
        in = new BufferedInputStream(socket.getInputStream(), 16_384);
        out = socket.getOutputStream();
    }

    /// Sends a request and reads its whole answer; returns the status code.
    int call(String method, String path, byte[] content) throws IOException {
        int length = send(method, path, content);
        body = length >= 0 ? in.readNBytes(length) : chunks();
        return code;
    }

    /// The body of the last answer.
    byte[] body() {
        return body;
    }

    private byte[] chunks() throws IOException {
        var all = new ByteArrayOutputStream();
        for (int size = chunkSize(); size > 0; size = chunkSize()) {
            all.write(in.readNBytes(size));
            in.skipNBytes(2);
        }
        line();
        return all.toByteArray();
    }

    /// Starts a watch; its events follow by [#event].
    void watch(String path) throws IOException {
        send("GET", path, new byte[0]);
        if (code != 200) {
            throw new IOException("the watch answered " + code);
        }
    }

    /// The next chunk of a watch.
    byte[] event() throws IOException {
        byte[] chunk = in.readNBytes(chunkSize());
        in.skipNBytes(2);
        return chunk;
    }

    /// Sends a request, reads the answer's head, and returns the length of its body, -1 when it is chunked.
    private int send(String method, String path, byte[] content) throws IOException {
        byte[] head = (method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: " + content.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] message = new byte[head.length + content.length];
        System.arraycopy(head, 0, message, 0, head.length);
        System.arraycopy(content, 0, message, head.length, content.length);
        out.write(message);
        out.flush();
        code = Integer.parseInt(line().substring(9, 12));
        int length = -1;
        for (String header = line(); !header.isEmpty(); header = line()) {
            if (header.regionMatches(true, 0, "Content-Length:", 0, 15)) {
                length = Integer.parseInt(header.substring(15).strip());
            }
        }
        return length;
    }

    private int chunkSize() throws IOException {
        return Integer.parseInt(line(), 16);
    }

    private String line() throws IOException {
        var text = new StringBuilder(64);
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the server closed the connection");
            }
            if (c != '\r') {
                text.append((char) c);
            }
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
