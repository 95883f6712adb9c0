package dev.shiplog.node.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.ContainerPort;
import dev.shiplog.core.v1.GRPCAction;
import dev.shiplog.core.v1.HTTPGetAction;
import dev.shiplog.core.v1.HTTPHeader;
import dev.shiplog.core.v1.Probe;
import dev.shiplog.core.v1.TCPSocketAction;
import dev.shiplog.node.cri.CriClient;
import dev.shiplog.node.probe.v1.HealthCheckRequest;
import dev.shiplog.node.probe.v1.HealthCheckResponse;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProbeClientTest {
    private static final String HERE = "127.0.0.1";

    private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
    private HttpServer http;
    private CriClient cri;
    private ProbeClient client;

    @BeforeEach
    void start() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("X-Who"));
            String path = exchange.getRequestURI().getPath();
            exchange.sendResponseHeaders(path.equals("/bad") ? 500 : path.equals("/moved") ? 302 : 200, -1);
            exchange.close();
        });
        http.start();
        cri = new CriClient("unix:///nowhere.sock");
        client = new ProbeClient(cri);
    }

    @AfterEach
    void stop() {
        http.stop(0);
        cri.close();
    }

    @Test
    void anHttpAnswerFrom200To399IsFine() {
        assertThat(get("/good?a=b").ok()).isTrue();
        assertThat(get("/moved").ok()).isTrue();
        assertThat(get("/bad")).isEqualTo(new ProbeResult(false, "HTTP status 500"));
        assertThat(asked).contains("/good?a=b me");
    }

    @Test
    void aPortMayBeNamed() {
        Container container = Container.EMPTY.withPorts(List.of(ContainerPort.EMPTY
                .withName("web")
                .withContainerPort(http.getAddress().getPort())));
        Probe probe = Probe.EMPTY.withTimeoutSeconds(5).withTcpSocket(TCPSocketAction.EMPTY.withPort("web"));

        assertThat(client.ask(probe, container, "", HERE).ok()).isTrue();
        assertThat(client.ask(probe, Container.EMPTY, "", HERE).ok()).isFalse();
    }

    @Test
    void aClosedPortIsNot() throws IOException {
        int free;
        try (var socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        Probe probe = Probe.EMPTY.withTimeoutSeconds(5).withTcpSocket(TCPSocketAction.EMPTY.withPort(free));

        assertThat(client.ask(probe, Container.EMPTY, "", HERE).ok()).isFalse();
    }

    @Test
    void aGrpcServerMustSayThatItServes() throws IOException {
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(health())
                .build()
                .start();
        try {
            assertThat(grpc(server.getPort(), "good").ok()).isTrue();
            assertThat(grpc(server.getPort(), "ill")).isEqualTo(new ProbeResult(false, "gRPC health NOT_SERVING"));
        } finally {
            server.shutdownNow();
        }
    }

    private ProbeResult get(String path) {
        var action = HTTPGetAction.EMPTY
                .withPath(path)
                .withScheme("HTTP")
                .withPort(http.getAddress().getPort())
                .withHttpHeaders(List.of(new HTTPHeader("X-Who", "me")));
        return client.ask(Probe.EMPTY.withTimeoutSeconds(5).withHttpGet(action), Container.EMPTY, "", HERE);
    }

    private ProbeResult grpc(int port, String service) {
        Probe probe = Probe.EMPTY.withTimeoutSeconds(10).withGrpc(new GRPCAction(port, service));
        return client.ask(probe, Container.EMPTY, "", HERE);
    }

    private static ServerServiceDefinition health() {
        var method = MethodDescriptor.<HealthCheckRequest, HealthCheckResponse>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName("grpc.health.v1.Health/Check")
                .setRequestMarshaller(ProtoUtils.marshaller(HealthCheckRequest.getDefaultInstance()))
                .setResponseMarshaller(ProtoUtils.marshaller(HealthCheckResponse.getDefaultInstance()))
                .build();
        return ServerServiceDefinition.builder("grpc.health.v1.Health")
                .addMethod(method, ServerCalls.asyncUnaryCall((request, observer) -> {
                    var status = request.getService().equals("good")
                            ? HealthCheckResponse.ServingStatus.SERVING
                            : HealthCheckResponse.ServingStatus.NOT_SERVING;
                    observer.onNext(
                            HealthCheckResponse.newBuilder().setStatus(status).build());
                    observer.onCompleted();
                }))
                .build();
    }
}
