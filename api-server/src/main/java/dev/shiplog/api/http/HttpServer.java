package dev.shiplog.api.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The listening socket: TLS, HTTP/1.1 and HTTP/2, a few network threads, and a virtual thread for each request.
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel, which is heard of
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final int REQUEST_LINE_MAX = 64 * 1024;
    private static final int HEADERS_MAX = 64 * 1024;
    private static final int NETWORK_THREADS_MAX = 4;
    private static final int HANDSHAKE_MILLIS_MAX = 10_000;
    private static final int BACKLOG_MAX = 1_024;
    private static final int HTTP2_STREAMS_MAX = 250;
    private static final int HTTP2_WINDOW_BYTES = 256 * 1024;
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 * 1024, 128 * 1024);

    private final HttpSettings settings;
    private final SslContext tls;
    private final Traffic traffic;
    private final EventLoopGroup loops;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Channel listening;

    private HttpServer(HttpSettings settings, SslContext tls, Front front, InstantSource clock) throws IOException {
        this.settings = settings;
        this.tls = tls;
        this.traffic = new Traffic(settings, front, clock);
        Transport transport = Transport.best();
        this.loops = new MultiThreadIoEventLoopGroup(
                Math.clamp(Runtime.getRuntime().availableProcessors(), 1, NETWORK_THREADS_MAX),
                new DefaultThreadFactory("api-net", true),
                transport.handler());
        this.listening = bind(transport.listening());
    }

    /// Listens. What is refused (a port in use) is an [IOException] that names the address.
    public static HttpServer start(HttpSettings settings, SslContext tls, Front front, InstantSource clock)
            throws IOException {
        return new HttpServer(settings, tls, front, clock);
    }

    /// The port that is listened on.
    public int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    private Channel bind(Class<? extends ServerChannel> kind) throws IOException {
        var bound = new ServerBootstrap()
                .group(loops)
                .channel(kind)
                .option(ChannelOption.SO_BACKLOG, BACKLOG_MAX)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                })
                .bind(new InetSocketAddress(settings.host(), settings.port()))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw new IOException(
                    "cannot listen on %s:%d: %s"
                            .formatted(
                                    settings.host(),
                                    settings.port(),
                                    bound.cause().getMessage()),
                    bound.cause());
        }
        return bound.channel();
    }

    private void accept(Channel channel) {
        if (connections.size() >= settings.connectionsMax()) {
            LOG.warn("{} connections are open; another one is closed", settings.connectionsMax());
            channel.close();
            return;
        }
        connections.add(channel);
        SslHandler ssl = tls.newHandler(channel.alloc());
        ssl.setHandshakeTimeoutMillis(HANDSHAKE_MILLIS_MAX);
        Peer peer = new Peer(address(channel.remoteAddress()), () -> certificates(ssl));
        channel.pipeline().addLast(ssl, new ProtocolChoice(peer));
    }

    private final class ProtocolChoice extends ApplicationProtocolNegotiationHandler {
        private final Peer peer;

        ProtocolChoice(Peer peer) {
            super(ApplicationProtocolNames.HTTP_1_1);
            this.peer = peer;
        }

        @Override
        protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
            if (ApplicationProtocolNames.HTTP_2.equals(protocol)) {
                http2(ctx.pipeline(), peer);
            } else {
                http1(ctx.pipeline(), peer);
            }
        }

        @Override
        protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
            LOG.debug("TLS handshake with {} failed: {}", peer.address(), cause.getMessage());
            ctx.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            LOG.debug("connection of {} failed: {}", peer.address(), cause.getMessage());
            ctx.close();
        }
    }

    private void http1(ChannelPipeline pipeline, Peer peer) {
        var config = new HttpDecoderConfig()
                .setMaxInitialLineLength(REQUEST_LINE_MAX)
                .setMaxHeaderSize(HEADERS_MAX)
                .setInitialBufferSize(128);
        pipeline.addLast(new HttpServerCodec(config), new ConnectionHandler(traffic, peer));
    }

    private void http2(ChannelPipeline pipeline, Peer peer) {
        var initial = Http2Settings.defaultSettings()
                .maxConcurrentStreams(HTTP2_STREAMS_MAX)
                .initialWindowSize(HTTP2_WINDOW_BYTES)
                .maxHeaderListSize(HEADERS_MAX);
        pipeline.addLast(
                Http2FrameCodecBuilder.forServer().initialSettings(initial).build(),
                new Http2MultiplexHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel stream) {
                        stream.pipeline()
                                .addLast(
                                        new Http2StreamFrameToHttpObjectCodec(true),
                                        new ConnectionHandler(traffic, peer));
                    }
                }),
                new Last(peer));
    }

    /// The end of an HTTP/2 connection's pipeline: a connection that breaks is closed, without ado.
    private static final class Last extends ChannelInboundHandlerAdapter {
        private final Peer peer;

        Last(Peer peer) {
            this.peer = peer;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            LOG.debug("connection of {} failed: {}", peer.address(), cause.toString());
            ctx.close();
        }
    }

    private static List<X509Certificate> certificates(SslHandler ssl) {
        try {
            var chain = new ArrayList<X509Certificate>();
            for (Certificate certificate : ssl.engine().getSession().getPeerCertificates()) {
                if (certificate instanceof X509Certificate x509) {
                    chain.add(x509);
                }
            }
            return chain;
        } catch (SSLPeerUnverifiedException _) {
            return List.of();
        }
    }

    private static String address(SocketAddress remote) {
        return remote instanceof InetSocketAddress internet
                ? internet.getAddress().getHostAddress()
                : "";
    }

    @Override
    public void close() {
        listening.close().awaitUninterruptibly();
        connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }
}
