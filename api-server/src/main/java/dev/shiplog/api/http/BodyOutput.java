package dev.shiplog.api.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// The body of a [ApiResponse.Full] on its way out. Up to [#WHOLE_MAX] bytes are collected and sent with their length;
/// a longer body goes out in chunks while it is written, compressed if the client asked, never faster than it reads.
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel, which is heard of
final class BodyOutput extends OutputStream {
    /// The largest body that is sent in one piece; only larger ones are worth compressing.
    static final int WHOLE_MAX = 128 * 1024;

    private static final int FIRST_BYTES = 2 * 1024;
    private static final int CHUNK_BYTES = 32 * 1024;

    private final Exchange exchange;
    private final int code;
    private final String contentType;
    private final Headers headers;
    private final boolean gzip;
    private byte[] buffer = new byte[FIRST_BYTES];
    private int length;
    private @Nullable OutputStream chunked;
    private boolean closed;

    BodyOutput(Exchange exchange, int code, String contentType, Headers headers, boolean gzip) {
        this.exchange = exchange;
        this.code = code;
        this.contentType = contentType;
        this.headers = headers;
        this.gzip = gzip;
    }

    static boolean gzipWanted(Headers headers) {
        for (String part : headers.firstOr("accept-encoding", "").split(",", -1)) {
            String[] coding = part.strip().split(";", -1);
            if (coding[0].strip().equalsIgnoreCase("gzip")) {
                return Arrays.stream(coding)
                        .noneMatch(parameter -> parameter.strip().matches("q=0(\\.0*)?"));
            }
        }
        return false;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        if (chunked != null) {
            chunked.write(bytes, from, count);
        } else if (length + count <= WHOLE_MAX) {
            if (length + count > buffer.length) {
                buffer = Arrays.copyOf(buffer, Math.min(WHOLE_MAX, Math.max(length + count, 2 * buffer.length)));
            }
            System.arraycopy(bytes, from, buffer, length, count);
            length += count;
        } else {
            startChunks().write(bytes, from, count);
        }
    }

    private OutputStream startChunks() throws IOException {
        if (!exchange.begin(code)) {
            throw new IOException("already answered");
        }
        exchange.channel().write(exchange.chunkedHead(code, contentType, headers, gzip));
        OutputStream out = new Chunks();
        if (gzip) {
            out = new GZIPOutputStream(out, CHUNK_BYTES);
        }
        chunked = out;
        out.write(buffer, 0, length);
        buffer = new byte[0];
        return out;
    }

    /// Sends what is left. Without it nothing goes out that was not chunked already.
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        if (chunked != null) {
            chunked.close();
            exchange.finishChunks();
        } else if (exchange.begin(code)) {
            exchange.finish(exchange.wholeResponse(code, contentType, headers, buffer, length));
        }
    }

    /// Whether bytes have gone out, so that the answer can only be finished or cut off.
    boolean chunking() {
        return chunked != null;
    }

    /// Cuts bytes into HTTP chunks.
    private final class Chunks extends OutputStream {
        private byte[] chunk = new byte[CHUNK_BYTES];
        private int filled;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            int at = from;
            int left = count;
            while (left > 0) {
                int part = Math.min(left, CHUNK_BYTES - filled);
                System.arraycopy(bytes, at, chunk, filled, part);
                filled += part;
                at += part;
                left -= part;
                if (filled == CHUNK_BYTES) {
                    send();
                }
            }
        }

        private void send() throws IOException {
            if (filled == 0) {
                return;
            }
            try {
                exchange.awaitWritable();
            } catch (InterruptedException _) {
                throw new InterruptedIOException();
            } catch (StreamChannel.Closed gone) {
                throw new IOException(gone);
            }
            if (!exchange.headOnly()) {
                exchange.channel().writeAndFlush(exchange.chunk(chunk, 0, filled));
            }
            chunk = new byte[CHUNK_BYTES];
            filled = 0;
        }

        @Override
        public void close() throws IOException {
            send();
        }
    }
}
