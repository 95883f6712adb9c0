package dev.shiplog.api.resource;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Stands between a client and a server, hands bytes on, and cuts every connection once so many bytes of answers have
/// passed.
final class CuttingServer implements AutoCloseable {
    private static final long NEVER = Long.MAX_VALUE;

    private final ServerSocket listening;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong left = new AtomicLong(NEVER);
    private final AtomicInteger cuts = new AtomicInteger();

    CuttingServer(int target) throws IOException {
        this.target = target;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /// Cuts once that many more bytes have come from the server.
    void cutAfter(long bytes) {
        left.set(bytes);
    }

    int cuts() {
        return cuts.get();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                var server = new Socket(InetAddress.getLoopbackAddress(), target);
                open.add(client);
                open.add(server);
                Thread.ofVirtual().start(() -> pump(client, server, false));
                Thread.ofVirtual().start(() -> pump(server, client, true));
            } catch (IOException _) {
                // closed, or the server is away: the client will see
            }
        }
    }

    private void pump(Socket from, Socket to, boolean counted) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            var buffer = new byte[512];
            int read = in.read(buffer);
            while (read >= 0) {
                if (counted && left.get() != NEVER && left.addAndGet(-read) < 0) {
                    cut();
                    return;
                }
                out.write(buffer, 0, read);
                out.flush();
                read = in.read(buffer);
            }
        } catch (IOException _) {
            // cut or closed by the other side
        }
    }

    private void cut() throws IOException {
        left.set(NEVER);
        cuts.incrementAndGet();
        for (Socket socket : open) {
            socket.close();
        }
        open.clear();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
