package dev.shiplog.standalone.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Asks a Service again and again, each time on a new connection, and remembers what failed.
final class Requests implements AutoCloseable {
    private static final int ANSWER_WITHIN_MILLIS = 5_000;
    private static final long EVERY_MILLIS = 50;

    private final String url;
    private final AtomicInteger sent = new AtomicInteger();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().name("requests").daemon().unstarted(this::run);

    private Requests(String url) {
        this.url = url;
    }

    static Requests start(String url) {
        var requests = new Requests(url);
        requests.thread.start();
        return requests;
    }

    private void run() {
        try {
            do {
                ask();
            } while (!end.await(EVERY_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask() {
        Instant begin = Instant.now();
        try {
            var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setRequestProperty("Connection", "close");
            connection.setConnectTimeout(ANSWER_WITHIN_MILLIS);
            connection.setReadTimeout(ANSWER_WITHIN_MILLIS);
            try (InputStream body = connection.getInputStream()) {
                body.readAllBytes();
            }
        } catch (IOException problem) {
            failures.add("%s: %s".formatted(begin, problem));
        }
        sent.incrementAndGet();
    }

    int sent() {
        return sent.get();
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() {
        end.countDown();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
