package dev.shiplog.api.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One request and its answer on a channel. A virtual thread makes the answer; the network thread only moves bytes.
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel, which is heard of
final class Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final String TIMED_OUT = "request did not complete within the allotted timeout";

    private final Channel channel;
    private final Traffic traffic;
    private final Peer peer;
    private final Runnable finished;
    private final String id = UUID.randomUUID().toString();
    private final Instant receivedAt;
    private final boolean headOnly;
    private final boolean chunkable;
    private volatile boolean keepAlive;
    private volatile boolean gone;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();
    private @Nullable HttpRequest head;
    private volatile RequestInfo info;
    private volatile int code;
    private volatile @Nullable ResponseStream stream;
    private volatile @Nullable Thread worker;
    private volatile Media statusMedia = Media.JSON;

    /// Whether the answer may take as long as it likes.
    private volatile boolean unlimited;

    /// Belongs to the network thread.
    private @Nullable Future<?> limit;

    /// @param finished runs on the network thread once the whole answer is handed over
    Exchange(Channel channel, Traffic traffic, Peer peer, HttpRequest head, boolean keepAlive, Runnable finished) {
        this.channel = channel;
        this.traffic = traffic;
        this.peer = peer;
        this.head = head;
        this.keepAlive = keepAlive;
        this.finished = finished;
        this.receivedAt = traffic.clock().instant();
        this.headOnly = head.method().equals(HttpMethod.HEAD);
        this.chunkable = head.protocolVersion().compareTo(HttpVersion.HTTP_1_1) >= 0;
        this.info = RequestInfo.UNREAD;
    }

    boolean keepAlive() {
        return keepAlive;
    }

    // --- the request

    /// Answers on a virtual thread of its own. Called on the network thread, which keeps the time: to be asked for it
    /// from outside, it would have to be woken.
    ///
    /// @param release runs when that thread is done
    void serve(byte[] body, Runnable release) {
        limit = timeOutAfter(traffic.settings().requestTimeout());
        Thread.ofVirtual().name("api-request").start(() -> {
            worker = Thread.currentThread();
            try {
                answer(body);
            } finally {
                worker = null;
                release.run();
            }
        });
    }

    private void answer(byte[] body) {
        Headers headers = Headers.NONE;
        Query query = Query.NONE;
        Future<?> shorter = null;
        try {
            HttpRequest received = head;
            head = null;
            if (received == null) {
                return;
            }
            headers = headers(received);
            String target = originForm(received.uri());
            int mark = target.indexOf('?');
            query = Query.parse(mark < 0 ? "" : target.substring(mark + 1));
            info = RequestInfo.of(received.method().name(), mark < 0 ? target : target.substring(0, mark), query);
            Duration allotted = traffic.allotted(query);
            var request = new ApiRequest(
                    id,
                    received.method().name(),
                    target,
                    info,
                    query,
                    headers,
                    body,
                    Identity.NOBODY,
                    peer.address(),
                    receivedAt,
                    receivedAt.plus(allotted));
            if (info.longRunning()) {
                unlimited = true;
            } else {
                statusMedia = Negotiation.forStatus(headers, query);
                shorter = allotted.compareTo(traffic.settings().requestTimeout()) < 0 ? timeOutAfter(allotted) : null;
            }
            send(request, traffic.front().answer(request, peer));
        } catch (StatusException refusal) {
            refuse(refusal.status(), refusal.headers(), Negotiation.forStatus(headers, query));
        } catch (InterruptedException _) {
            refuse(ApiStatus.timeout(TIMED_OUT, 0), Headers.NONE, Negotiation.forStatus(headers, query));
        } catch (RuntimeException | Error bug) {
            LOG.error("{} {} failed", info.verb(), info.path(), bug);
            refuse(ApiStatus.internal(bug.toString()), Headers.NONE, Negotiation.forStatus(headers, query));
        } finally {
            if (shorter != null) {
                shorter.cancel(false);
            }
        }
    }

    private Future<?> timeOutAfter(Duration allotted) {
        return channel.eventLoop().schedule(this::timeOut, allotted.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// A target may also be sent with scheme and host before its path.
    private static String originForm(String target) {
        int scheme = target.startsWith("/") ? -1 : target.indexOf("://");
        int path = scheme < 0 ? 0 : target.indexOf('/', scheme + 3);
        return path < 0 ? "/" : target.substring(path);
    }

    private static Headers headers(HttpRequest request) {
        List<Headers.Field> fields = new ArrayList<>(request.headers().size());
        request.headers().forEach(entry -> fields.add(new Headers.Field(entry.getKey(), entry.getValue())));
        return new Headers(fields);
    }

    /// Answers 504 in the handler's place, and interrupts it. An answer that has begun is cut off instead.
    private void timeOut() {
        if (unlimited || ended.get()) {
            return;
        }
        Thread late = worker;
        if (begun.compareAndSet(false, true)) {
            keepAlive = false;
            sendStatus(ApiStatus.timeout(TIMED_OUT, 0), Headers.NONE, statusMedia);
        } else if (!ended.get()) {
            channel.close();
        }
        if (late != null) {
            late.interrupt();
        }
    }

    // --- the answer

    /// Answers with a refusal unless an answer has begun; that one is cut off.
    void refuse(ApiStatus status) {
        refuse(status, Headers.NONE, Media.JSON);
    }

    private void refuse(ApiStatus status, Headers extra, Media media) {
        if (begun.compareAndSet(false, true)) {
            sendStatus(status, extra, media);
        } else if (!ended.get()) {
            channel.close();
        }
    }

    private void sendStatus(ApiStatus status, Headers extra, Media media) {
        code = status.code();
        ApiResponse.Full full = StatusJson.response(status, media);
        var bytes = new ByteArrayOutputStream(512);
        try {
            Renderings.write(full, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Headers headers = joined(full.headers(), extra);
        finish(wholeResponse(full.code(), full.contentType(), headers, bytes.toByteArray(), bytes.size()));
    }

    private static Headers joined(Headers first, Headers second) {
        if (second.fields().isEmpty()) {
            return first;
        }
        var all = new ArrayList<>(first.fields());
        all.addAll(second.fields());
        return new Headers(all);
    }

    private void send(ApiRequest request, ApiResponse response) throws InterruptedException {
        switch (response) {
            case ApiResponse.Full full -> sendFull(request, full);
            case ApiResponse.Stream open -> sendStream(open);
        }
    }

    /// What the body's writer throws before the first byte went out becomes the answer; later, the answer is cut off.
    private void sendFull(ApiRequest request, ApiResponse.Full full) {
        boolean gzip = BodyOutput.gzipWanted(request.headers());
        var out = new BodyOutput(this, full.code(), full.contentType(), full.headers(), gzip);
        try {
            Renderings.write(full, out);
            out.close();
        } catch (IOException _) {
            if (out.chunking()) {
                channel.close();
            }
        }
    }

    private void sendStream(ApiResponse.Stream open) throws InterruptedException {
        if (!begin(open.code())) {
            return;
        }
        var started = new ResponseStream(this, channel);
        stream = started;
        traffic.front().streams(info, 1);
        channel.writeAndFlush(chunkedHead(open.code(), open.contentType(), open.headers(), false));
        if (gone) {
            started.closed();
            return;
        }
        if (headOnly) {
            started.end();
            return;
        }
        try {
            open.body().start(started);
        } catch (StreamChannel.Closed _) {
            LOG.trace("{} went away", peer.address());
        }
    }

    // --- for the body writers

    Channel channel() {
        return channel;
    }

    boolean headOnly() {
        return headOnly;
    }

    /// Claims the right to answer; false when another answer (a time-out) was first.
    boolean begin(int status) {
        boolean first = begun.compareAndSet(false, true);
        if (first) {
            code = status;
        }
        return first;
    }

    boolean isGone() {
        return gone || !channel.isActive();
    }

    HttpResponse wholeResponse(int status, String contentType, Headers extra, byte[] bytes, int length) {
        var content = headOnly ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(bytes, 0, length);
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), content);
        fill(response.headers(), contentType, extra);
        response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, length);
        return response;
    }

    HttpResponse chunkedHead(int status, String contentType, Headers extra, boolean gzip) {
        var response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        if (chunkable) {
            response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        } else {
            keepAlive = false;
        }
        fill(response.headers(), contentType, extra);
        if (gzip) {
            response.headers().set(HttpHeaderNames.CONTENT_ENCODING, HttpHeaderValues.GZIP);
            response.headers().set(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
        }
        return response;
    }

    private void fill(HttpHeaders headers, String contentType, Headers extra) {
        headers.set("Audit-Id", id);
        headers.set(HttpHeaderNames.CACHE_CONTROL, "no-cache, private");
        if (!contentType.isEmpty()) {
            headers.set(HttpHeaderNames.CONTENT_TYPE, contentType);
        }
        for (Headers.Field field : extra.fields()) {
            if (field.name().equalsIgnoreCase("Cache-Control")) {
                headers.set(field.name(), field.value());
            } else {
                headers.add(field.name(), field.value());
            }
        }
        if (!keepAlive) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
    }

    DefaultHttpContent chunk(byte[] bytes, int from, int length) {
        return new DefaultHttpContent(Unpooled.wrappedBuffer(bytes, from, length));
    }

    /// Waits until the client has read enough.
    void awaitWritable() throws InterruptedException, StreamChannel.Closed {
        synchronized (this) {
            while (!isGone() && !channel.isWritable()) {
                wait();
            }
        }
        if (isGone()) {
            throw new StreamChannel.Closed();
        }
    }

    /// Marks the answer's end and hands the connection back. Once.
    void finish(HttpResponse whole) {
        finishWith(whole);
    }

    void finishChunks() {
        finishWith(LastHttpContent.EMPTY_LAST_CONTENT);
    }

    /// In one task: each one that comes from another thread may have to wake the network thread.
    private void finishWith(HttpObject last) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        report();
        if (channel.eventLoop().inEventLoop()) {
            handBack(last);
        } else {
            channel.eventLoop().execute(() -> handBack(last));
        }
    }

    private void handBack(HttpObject last) {
        channel.writeAndFlush(last);
        stopLimit();
        finished.run();
    }

    private void stopLimit() {
        Future<?> running = limit;
        limit = null;
        if (running != null) {
            running.cancel(false);
        }
    }

    private void report() {
        traffic.front()
                .answered(
                        info, code, Duration.between(receivedAt, traffic.clock().instant()));
    }

    void streamClosed() {
        traffic.front().streams(info, -1);
    }

    // --- from the network thread

    void writabilityChanged() {
        synchronized (this) {
            notifyAll();
        }
        ResponseStream open = stream;
        if (open != null && channel.isWritable()) {
            open.nowWritable();
        }
    }

    /// The connection is gone.
    void gone() {
        gone = true;
        stopLimit();
        synchronized (this) {
            notifyAll();
        }
        if (ended.compareAndSet(false, true) && begun.get()) {
            report();
        }
        ResponseStream open = stream;
        if (open != null) {
            open.closed();
        }
    }
}
