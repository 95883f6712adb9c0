package dev.shiplog.node.probe;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.ExecAction;
import dev.shiplog.core.v1.GRPCAction;
import dev.shiplog.core.v1.HTTPGetAction;
import dev.shiplog.core.v1.LifecycleHandler;
import dev.shiplog.core.v1.Probe;
import dev.shiplog.core.v1.TCPSocketAction;
import dev.shiplog.node.cri.CriClient;
import dev.shiplog.node.cri.CriException;
import dev.shiplog.node.cri.v1.ExecSyncResponse;
import dev.shiplog.node.probe.v1.HealthCheckRequest;
import dev.shiplog.node.probe.v1.HealthCheckResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Asks a container one question: over HTTP, TCP, gRPC, or by running something in it. Runs hooks the same way.
public final class ProbeClient {
    private static final int MESSAGE_CHARACTERS_MAX = 512;
    private static final MethodDescriptor<HealthCheckRequest, HealthCheckResponse> HEALTH =
            MethodDescriptor.<HealthCheckRequest, HealthCheckResponse>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName("grpc.health.v1.Health/Check")
                    .setRequestMarshaller(ProtoUtils.marshaller(HealthCheckRequest.getDefaultInstance()))
                    .setResponseMarshaller(ProtoUtils.marshaller(HealthCheckResponse.getDefaultInstance()))
                    .build();

    private final CriClient cri;

    public ProbeClient(CriClient cri) {
        this.cri = cri;
    }

    /// Asks once.
    ///
    /// @param runId the container's id in the runtime
    public ProbeResult ask(Probe probe, Container container, String runId, String podAddress) {
        Duration timeout = Duration.ofSeconds(Math.max(1, probe.timeoutSeconds()));
        try {
            if (probe.exec() != null) {
                return exec(probe.exec(), runId, timeout);
            }
            if (probe.httpGet() != null) {
                return http(probe.httpGet(), container, podAddress, timeout);
            }
            if (probe.tcpSocket() != null) {
                return tcp(probe.tcpSocket(), container, podAddress, timeout);
            }
            if (probe.grpc() != null) {
                return grpc(probe.grpc(), podAddress, timeout);
            }
            return ProbeResult.fine();
        } catch (IOException e) {
            return ProbeResult.bad(String.valueOf(e.getMessage()));
        }
    }

    /// Runs a hook and waits until it is done.
    public ProbeResult run(
            LifecycleHandler hook, Container container, String runId, String podAddress, Duration timeout)
            throws InterruptedException {
        try {
            if (hook.exec() != null) {
                return exec(hook.exec(), runId, timeout);
            }
            if (hook.httpGet() != null) {
                return http(hook.httpGet(), container, podAddress, timeout);
            }
            if (hook.tcpSocket() != null) {
                return tcp(hook.tcpSocket(), container, podAddress, timeout);
            }
            if (hook.sleep() != null) {
                Duration sleep = Duration.ofSeconds(hook.sleep().seconds());
                Thread.sleep(sleep.compareTo(timeout) < 0 ? sleep : timeout);
            }
            return ProbeResult.fine();
        } catch (IOException e) {
            return ProbeResult.bad(String.valueOf(e.getMessage()));
        }
    }

    private ProbeResult exec(ExecAction action, String runId, Duration timeout) {
        try {
            ExecSyncResponse answer = cri.exec(runId, action.command(), timeout);
            return answer.getExitCode() == 0
                    ? ProbeResult.fine()
                    : ProbeResult.bad(shortened(answer.getStdout().toStringUtf8()
                            + answer.getStderr().toStringUtf8()));
        } catch (CriException e) {
            return ProbeResult.bad(String.valueOf(e.getMessage()));
        }
    }

    private static ProbeResult http(HTTPGetAction action, Container container, String address, Duration timeout)
            throws IOException {
        int code = HttpGetClient.get(action, container, address, timeout);
        return code >= 200 && code < 400 ? ProbeResult.fine() : ProbeResult.bad("HTTP status " + code);
    }

    private static ProbeResult tcp(TCPSocketAction action, Container container, String address, Duration timeout)
            throws IOException {
        int port = Ports.number(action.port(), container);
        if (port <= 0) {
            return ProbeResult.bad("no port " + action.port());
        }
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(action.host().isEmpty() ? address : action.host(), port), (int)
                    timeout.toMillis());
            return ProbeResult.fine();
        }
    }

    private static ProbeResult grpc(GRPCAction action, String address, Duration timeout) {
        ManagedChannel channel = NettyChannelBuilder.forAddress(address, action.port())
                .directExecutor()
                .usePlaintext()
                .build();
        try {
            var request = HealthCheckRequest.newBuilder().setService(action.service() == null ? "" : action.service());
            HealthCheckResponse answer = ClientCalls.blockingUnaryCall(
                    channel,
                    HEALTH,
                    CallOptions.DEFAULT.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS),
                    request.build());
            return answer.getStatus() == HealthCheckResponse.ServingStatus.SERVING
                    ? ProbeResult.fine()
                    : ProbeResult.bad("gRPC health " + answer.getStatus());
        } catch (StatusRuntimeException e) {
            return ProbeResult.bad("gRPC health: " + e.getStatus().getCode());
        } finally {
            channel.shutdownNow();
        }
    }

    private static String shortened(String text) {
        String stripped = text.strip();
        return stripped.length() <= MESSAGE_CHARACTERS_MAX ? stripped : stripped.substring(0, MESSAGE_CHARACTERS_MAX);
    }
}
