package dev.shiplog.api.http;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/// What all connections of a server share: its limits, and the front behind it.
final class Traffic {
    private final HttpSettings settings;
    private final Front front;
    private final InstantSource clock;
    private final Semaphore permits;
    private final AtomicLong bodyBytes = new AtomicLong();

    Traffic(HttpSettings settings, Front front, InstantSource clock) {
        this.settings = settings;
        this.front = front;
        this.clock = clock;
        this.permits = new Semaphore(settings.inFlightMax());
    }

    HttpSettings settings() {
        return settings;
    }

    Front front() {
        return front;
    }

    InstantSource clock() {
        return clock;
    }

    boolean tryBegin() {
        return permits.tryAcquire();
    }

    void done() {
        permits.release();
    }

    /// Counts bytes of a body that is being read; false when there are too many in the whole server.
    boolean tryHold(long bytes) {
        if (bodyBytes.addAndGet(bytes) <= settings.bodyBytesMax()) {
            return true;
        }
        bodyBytes.addAndGet(-bytes);
        return false;
    }

    void letGo(long bytes) {
        bodyBytes.addAndGet(-bytes);
    }

    /// The time a request gets: its `timeout=` parameter, at most the server's own limit.
    Duration allotted(Query query) {
        String wanted = query.text("timeout");
        if (wanted.isEmpty()) {
            return settings.requestTimeout();
        }
        Duration parsed = Durations.parse(wanted);
        if (parsed == null) {
            throw new StatusException(
                    ApiStatus.badRequest("invalid timeout specified in the request URL: \"" + wanted + "\""));
        }
        return parsed.isZero() || parsed.compareTo(settings.requestTimeout()) > 0 ? settings.requestTimeout() : parsed;
    }
}
