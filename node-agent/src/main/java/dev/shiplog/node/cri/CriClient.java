package dev.shiplog.node.cri;

import com.google.protobuf.Message;
import dev.shiplog.node.cri.v1.*;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Calls a container runtime over its unix socket. Every call blocks the thread that makes it; virtual threads make
/// them.
public final class CriClient implements AutoCloseable {
    private static final String RUNTIME = "runtime.v1.RuntimeService";
    private static final String IMAGES = "runtime.v1.ImageService";
    private static final int MESSAGE_BYTES_MAX = 16 << 20;
    private static final Duration CALL_MAX = Duration.ofSeconds(30);
    /// Setting up a pod's network can be slow on a loaded machine.
    private static final Duration SANDBOX_MAX = Duration.ofMinutes(4);

    private static final Duration PULL_MAX = Duration.ofMinutes(15);

    private final EventLoopGroup loop;
    private final ManagedChannel channel;

    /// @param endpoint `unix:///path/of.sock`
    public CriClient(String endpoint) {
        if (!endpoint.startsWith("unix://")) {
            throw new IllegalArgumentException("CRI endpoint " + endpoint + " does not begin with unix://");
        }
        this.loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        this.channel = NettyChannelBuilder.forAddress(new DomainSocketAddress(endpoint.substring("unix://".length())))
                .channelType(EpollDomainSocketChannel.class, DomainSocketAddress.class)
                .eventLoopGroup(loop)
                .directExecutor()
                .overrideAuthority("localhost")
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                .usePlaintext()
                .build();
    }

    /// Name and version of the runtime, such as `containerd://1.6.20`.
    public String version() {
        VersionResponse answer = call(
                RUNTIME,
                "Version",
                VersionRequest.getDefaultInstance(),
                VersionResponse.getDefaultInstance(),
                CALL_MAX);
        return answer.getRuntimeName() + "://" + answer.getRuntimeVersion();
    }

    /// The runtime's own conditions, `RuntimeReady` and `NetworkReady`, as type → reason why not (empty: true).
    public Map<String, String> conditions() {
        StatusResponse answer = call(
                RUNTIME, "Status", StatusRequest.getDefaultInstance(), StatusResponse.getDefaultInstance(), CALL_MAX);
        var conditions = new java.util.TreeMap<String, String>();
        for (RuntimeCondition each : answer.getStatus().getConditionsList()) {
            conditions.put(each.getType(), each.getStatus() ? "" : each.getReason() + ": " + each.getMessage());
        }
        return conditions;
    }

    public String runPodSandbox(PodSandboxConfig config) {
        return call(
                        RUNTIME,
                        "RunPodSandbox",
                        RunPodSandboxRequest.newBuilder().setConfig(config).build(),
                        RunPodSandboxResponse.getDefaultInstance(),
                        SANDBOX_MAX)
                .getPodSandboxId();
    }

    /// Stops what runs in the sandbox and gives its address back. Stopping it again does nothing.
    public void stopPodSandbox(String id) {
        call(
                RUNTIME,
                "StopPodSandbox",
                StopPodSandboxRequest.newBuilder().setPodSandboxId(id).build(),
                StopPodSandboxResponse.getDefaultInstance(),
                SANDBOX_MAX);
    }

    public void removePodSandbox(String id) {
        call(
                RUNTIME,
                "RemovePodSandbox",
                RemovePodSandboxRequest.newBuilder().setPodSandboxId(id).build(),
                RemovePodSandboxResponse.getDefaultInstance(),
                SANDBOX_MAX);
    }

    public PodSandboxStatusResponse podSandboxStatus(String id, boolean verbose) {
        return call(
                RUNTIME,
                "PodSandboxStatus",
                PodSandboxStatusRequest.newBuilder()
                        .setPodSandboxId(id)
                        .setVerbose(verbose)
                        .build(),
                PodSandboxStatusResponse.getDefaultInstance(),
                CALL_MAX);
    }

    public List<PodSandbox> sandboxes(Map<String, String> labels) {
        var filter = PodSandboxFilter.newBuilder().putAllLabelSelector(labels);
        return call(
                        RUNTIME,
                        "ListPodSandbox",
                        ListPodSandboxRequest.newBuilder().setFilter(filter).build(),
                        ListPodSandboxResponse.getDefaultInstance(),
                        CALL_MAX)
                .getItemsList();
    }

    public String createContainer(String sandbox, ContainerConfig config, PodSandboxConfig sandboxConfig) {
        return call(
                        RUNTIME,
                        "CreateContainer",
                        CreateContainerRequest.newBuilder()
                                .setPodSandboxId(sandbox)
                                .setConfig(config)
                                .setSandboxConfig(sandboxConfig)
                                .build(),
                        CreateContainerResponse.getDefaultInstance(),
                        SANDBOX_MAX)
                .getContainerId();
    }

    public void startContainer(String id) {
        call(
                RUNTIME,
                "StartContainer",
                StartContainerRequest.newBuilder().setContainerId(id).build(),
                StartContainerResponse.getDefaultInstance(),
                SANDBOX_MAX);
    }

    /// Asks the container to end, and kills it when `grace` is over.
    public void stopContainer(String id, Duration grace) {
        call(
                RUNTIME,
                "StopContainer",
                StopContainerRequest.newBuilder()
                        .setContainerId(id)
                        .setTimeout(grace.toSeconds())
                        .build(),
                StopContainerResponse.getDefaultInstance(),
                grace.plus(SANDBOX_MAX));
    }

    public void removeContainer(String id) {
        call(
                RUNTIME,
                "RemoveContainer",
                RemoveContainerRequest.newBuilder().setContainerId(id).build(),
                RemoveContainerResponse.getDefaultInstance(),
                SANDBOX_MAX);
    }

    public List<Container> containers(Map<String, String> labels) {
        var filter = ContainerFilter.newBuilder().putAllLabelSelector(labels);
        return call(
                        RUNTIME,
                        "ListContainers",
                        ListContainersRequest.newBuilder().setFilter(filter).build(),
                        ListContainersResponse.getDefaultInstance(),
                        CALL_MAX)
                .getContainersList();
    }

    /// The container's state, or nothing when the runtime does not know it.
    public Optional<ContainerStatus> containerStatus(String id) {
        try {
            return Optional.of(call(
                            RUNTIME,
                            "ContainerStatus",
                            ContainerStatusRequest.newBuilder()
                                    .setContainerId(id)
                                    .build(),
                            ContainerStatusResponse.getDefaultInstance(),
                            CALL_MAX)
                    .getStatus());
        } catch (CriException e) {
            if (e.kind() == CriException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    public List<ContainerStats> containerStats(Map<String, String> labels) {
        var filter = ContainerStatsFilter.newBuilder().putAllLabelSelector(labels);
        return call(
                        RUNTIME,
                        "ListContainerStats",
                        ListContainerStatsRequest.newBuilder().setFilter(filter).build(),
                        ListContainerStatsResponse.getDefaultInstance(),
                        CALL_MAX)
                .getStatsList();
    }

    public void reopenContainerLog(String id) {
        call(
                RUNTIME,
                "ReopenContainerLog",
                ReopenContainerLogRequest.newBuilder().setContainerId(id).build(),
                ReopenContainerLogResponse.getDefaultInstance(),
                CALL_MAX);
    }

    public ExecSyncResponse exec(String id, List<String> command, Duration timeout) {
        return call(
                RUNTIME,
                "ExecSync",
                ExecSyncRequest.newBuilder()
                        .setContainerId(id)
                        .addAllCmd(command)
                        .setTimeout(Math.max(1, timeout.toSeconds()))
                        .build(),
                ExecSyncResponse.getDefaultInstance(),
                timeout.plusSeconds(5));
    }

    public List<Image> images() {
        return call(
                        IMAGES,
                        "ListImages",
                        ListImagesRequest.getDefaultInstance(),
                        ListImagesResponse.getDefaultInstance(),
                        CALL_MAX)
                .getImagesList();
    }

    public Optional<Image> image(String reference) {
        ImageStatusResponse answer = call(
                IMAGES,
                "ImageStatus",
                ImageStatusRequest.newBuilder().setImage(spec(reference)).build(),
                ImageStatusResponse.getDefaultInstance(),
                CALL_MAX);
        return answer.hasImage() ? Optional.of(answer.getImage()) : Optional.empty();
    }

    /// Fetches an image and gives its id.
    ///
    /// @param login who to be to the registry; a default instance for nobody
    public String pullImage(String reference, AuthConfig login) {
        return call(
                        IMAGES,
                        "PullImage",
                        PullImageRequest.newBuilder()
                                .setImage(spec(reference))
                                .setAuth(login)
                                .build(),
                        PullImageResponse.getDefaultInstance(),
                        PULL_MAX)
                .getImageRef();
    }

    public void removeImage(String reference) {
        call(
                IMAGES,
                "RemoveImage",
                RemoveImageRequest.newBuilder().setImage(spec(reference)).build(),
                RemoveImageResponse.getDefaultInstance(),
                SANDBOX_MAX);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1, TimeUnit.SECONDS);
    }

    private static ImageSpec spec(String reference) {
        return ImageSpec.newBuilder().setImage(reference).build();
    }

    private <Q extends Message, A extends Message> A call(
            String service, String name, Q request, A answer, Duration max) {
        @SuppressWarnings("unchecked")
        var method = MethodDescriptor.<Q, A>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(service, name))
                .setRequestMarshaller(ProtoUtils.marshaller((Q) request.getDefaultInstanceForType()))
                .setResponseMarshaller(ProtoUtils.marshaller(answer))
                .build();
        try {
            return ClientCalls.blockingUnaryCall(
                    channel,
                    method,
                    CallOptions.DEFAULT.withDeadlineAfter(max.toMillis(), TimeUnit.MILLISECONDS),
                    request);
        } catch (StatusRuntimeException e) {
            throw new CriException(name, e.getStatus());
        }
    }
}
