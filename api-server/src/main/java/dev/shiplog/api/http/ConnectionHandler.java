package dev.shiplog.api.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the requests of one HTTP/1.1 connection, or of one HTTP/2 stream, one after the other: a request that a client
/// sends ahead waits until the one before is answered. All state belongs to the connection's network thread.
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel, which is heard of
final class ConnectionHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionHandler.class);
    /// How much a client may send ahead before reading stops.
    static final int AHEAD_MAX = 64 * 1024;
    /// How much of a refused body is read and dropped, so that the client gets to read the refusal.
    static final long DISCARD_MAX = 16L * 1024 * 1024;

    private static final int FIRST_BODY_BYTES_MAX = 64 * 1024;

    private final Traffic traffic;
    private final Peer peer;
    private @Nullable Exchange exchange;
    private @Nullable HttpRequest head;
    private @Nullable ByteBuf body;
    private long held;
    private @Nullable ArrayDeque<HttpObject> ahead;
    private int aheadBytes;
    private boolean discarding;
    private long discarded;
    private long activeAt;
    private long unwritableAt;
    private @Nullable Future<?> sweep;

    ConnectionHandler(Traffic traffic, Peer peer) {
        this.traffic = traffic;
        this.peer = peer;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        activeAt = now(ctx);
        long period = traffic.settings().readTimeout().toNanos() / 2;
        sweep = ctx.executor().scheduleWithFixedDelay(() -> sweep(ctx), period, period, TimeUnit.NANOSECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (sweep != null) {
            sweep.cancel(false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof HttpObject object)) {
            ReferenceCountUtil.release(message);
        } else if (exchange == null || discarding) {
            take(ctx, object);
        } else {
            keepForLater(ctx, object);
        }
    }

    private void keepForLater(ChannelHandlerContext ctx, HttpObject object) {
        if (ahead == null) {
            ahead = new ArrayDeque<>();
        }
        ahead.add(object);
        aheadBytes += object instanceof HttpContent content ? content.content().readableBytes() + 64 : 512;
        if (aheadBytes > AHEAD_MAX) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    private void take(ChannelHandlerContext ctx, HttpObject object) {
        try {
            if (discarding) {
                discard(ctx, object);
                return;
            }
            if (object instanceof HttpRequest request) {
                begin(ctx, request);
            }
            if (object instanceof HttpContent content && head != null) {
                append(ctx, content);
            }
        } finally {
            ReferenceCountUtil.release(object);
        }
    }

    private void begin(ChannelHandlerContext ctx, HttpRequest request) {
        activeAt = now(ctx);
        if (request.decoderResult().isFailure()) {
            refuse(ctx, request, request, undecodable(request.decoderResult()));
            return;
        }
        if (request.protocolVersion().majorVersion() != 1) {
            refuse(ctx, request, request, ApiStatus.badRequest(request.protocolVersion() + " is not spoken here"));
            return;
        }
        long length = HttpUtil.getContentLength(request, 0L);
        if (length > ApiRequest.BODY_MAX) {
            refuse(ctx, request, request, ApiStatus.entityTooLarge(ApiRequest.BODY_MAX));
            return;
        }
        head = request;
        if (HttpUtil.is100ContinueExpected(request)) {
            ctx.writeAndFlush(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
    }

    private static ApiStatus undecodable(DecoderResult result) {
        return switch (result.cause()) {
            case TooLongHttpLineException _ -> ApiStatus.of(414, "URITooLong", "the request line is too long");
            case TooLongHttpHeaderException _ ->
                ApiStatus.of(431, "RequestHeaderFieldsTooLarge", "the request headers are too large");
            case Throwable cause -> ApiStatus.badRequest("malformed HTTP request: " + cause.getMessage());
        };
    }

    private void append(ChannelHandlerContext ctx, HttpContent content) {
        HttpRequest request = head;
        if (request == null) {
            return;
        }
        ByteBuf bytes = content.content();
        long total = held + bytes.readableBytes();
        if (content.decoderResult().isFailure()) {
            refuse(ctx, request, content, undecodable(content.decoderResult()));
        } else if (total > ApiRequest.BODY_MAX) {
            refuse(ctx, request, content, ApiStatus.entityTooLarge(ApiRequest.BODY_MAX));
        } else if (!traffic.tryHold(bytes.readableBytes())) {
            refuse(ctx, request, content, tooMany());
        } else {
            held = total;
            if (bytes.isReadable()) {
                buffer(ctx, request).writeBytes(bytes);
            }
            if (content instanceof LastHttpContent) {
                dispatch(ctx, request);
            }
        }
    }

    private ByteBuf buffer(ChannelHandlerContext ctx, HttpRequest request) {
        ByteBuf buffer = body;
        if (buffer == null) {
            long length = HttpUtil.getContentLength(request, 1_024L);
            buffer = ctx.alloc().heapBuffer(Math.clamp(length, 64, FIRST_BODY_BYTES_MAX), ApiRequest.BODY_MAX);
            body = buffer;
        }
        return buffer;
    }

    private void dispatch(ChannelHandlerContext ctx, HttpRequest request) {
        byte[] bytes = takeBody();
        long holding = held;
        held = 0;
        head = null;
        Exchange begun = exchange(ctx, request);
        if (!traffic.tryBegin()) {
            traffic.letGo(holding);
            begun.refuse(tooMany());
            return;
        }
        begun.serve(bytes, () -> {
            traffic.letGo(holding);
            traffic.done();
        });
    }

    private static ApiStatus tooMany() {
        return ApiStatus.tooManyRequests("Too many requests, please try again later.", 1);
    }

    private byte[] takeBody() {
        ByteBuf buffer = body;
        if (buffer == null) {
            return new byte[0];
        }
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        buffer.release();
        body = null;
        return bytes;
    }

    private Exchange exchange(ChannelHandlerContext ctx, HttpRequest request) {
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        Exchange begun = new Exchange(ctx.channel(), traffic, peer, request, keepAlive, () -> finished(ctx));
        exchange = begun;
        return begun;
    }

    /// Answers without a handler and closes afterwards. What the client still sends is read and dropped for a while:
    /// closing under its hands would destroy the answer.
    ///
    /// @param last what came last of the request
    private void refuse(ChannelHandlerContext ctx, HttpRequest request, HttpObject last, ApiStatus status) {
        discarding = !(last instanceof LastHttpContent) && last.decoderResult().isSuccess();
        dropBody();
        HttpUtil.setKeepAlive((HttpMessage) request, false);
        exchange(ctx, request).refuse(status);
    }

    private void dropBody() {
        takeBody();
        traffic.letGo(held);
        held = 0;
        head = null;
    }

    private void discard(ChannelHandlerContext ctx, HttpObject object) {
        discarded += object instanceof HttpContent content ? content.content().readableBytes() : 0;
        boolean whole = object instanceof LastHttpContent || discarded > DISCARD_MAX;
        if (whole && exchange == null) {
            ctx.close();
        }
    }

    private void finished(ChannelHandlerContext ctx) {
        Exchange done = exchange;
        exchange = null;
        activeAt = now(ctx);
        if (done != null && !done.keepAlive()) {
            if (discarding) {
                long wait = traffic.settings().readTimeout().toMillis() / 6;
                ctx.executor().schedule(() -> ctx.close(), wait, TimeUnit.MILLISECONDS);
            } else {
                ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            }
            return;
        }
        goOn(ctx);
    }

    private void goOn(ChannelHandlerContext ctx) {
        while (exchange == null && ahead != null) {
            HttpObject next = ahead.poll();
            if (next == null) {
                ahead = null;
                aheadBytes = 0;
                ctx.channel().config().setAutoRead(true);
            } else {
                take(ctx, next);
            }
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        unwritableAt = ctx.channel().isWritable() ? 0 : now(ctx);
        if (exchange != null) {
            exchange.writabilityChanged();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        dropBody();
        if (ahead != null) {
            ahead.forEach(ReferenceCountUtil::release);
            ahead = null;
        }
        Exchange interrupted = exchange;
        exchange = null;
        if (interrupted != null) {
            interrupted.gone();
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("connection of {} failed: {}", peer.address(), cause.toString());
        ctx.close();
    }

    private void sweep(ChannelHandlerContext ctx) {
        long now = now(ctx);
        long read = traffic.settings().readTimeout().toNanos();
        boolean slowSender = exchange == null && head != null && now - activeAt > read;
        boolean slowReader = unwritableAt != 0 && now - unwritableAt > read;
        boolean idle = exchange == null
                && head == null
                && now - activeAt > traffic.settings().idleTimeout().toNanos();
        if (slowSender || slowReader || idle) {
            ctx.close();
        }
    }

    private static long now(ChannelHandlerContext ctx) {
        return ctx.executor().ticker().nanoTime();
    }
}
