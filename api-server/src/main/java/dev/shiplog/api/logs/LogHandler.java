package dev.shiplog.api.logs;

import dev.shiplog.api.http.ApiHandler;
import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.ApiResponse;
import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.Headers;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.api.http.StreamChannel;
import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.EphemeralContainer;
import dev.shiplog.core.v1.Node;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodSpec;
import dev.shiplog.journal.Key;
import dev.shiplog.schemas.Codec;
import dev.shiplog.store.Entry;
import dev.shiplog.store.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers `pods/NAME/log` with what the pod's node sends, chunk by chunk as it comes.
public final class LogHandler implements ApiHandler {
    private static final Logger LOG = LoggerFactory.getLogger(LogHandler.class);
    private static final int CHUNK_BYTES = 16 * 1024;
    private static final String TEXT = "text/plain";
    private static final String DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container";

    private final Supplier<Snapshot> newest;
    private final Codec codec;
    private final LogSource source;

    /// @param newest a snapshot that holds everything acknowledged so far
    public LogHandler(Supplier<Snapshot> newest, Codec codec, NodeLogClient source) {
        this(newest, codec, (LogSource) source);
    }

    LogHandler(Supplier<Snapshot> newest, Codec codec, LogSource source) {
        this.newest = newest;
        this.codec = codec;
        this.source = source;
    }

    @Override
    public ApiResponse handle(ApiRequest request) throws InterruptedException {
        if (!request.info().verb().equals("get")) {
            throw new StatusException(ApiStatus.methodNotAllowed("", "pods"));
        }
        Snapshot snapshot = newest.get();
        String namespace = request.info().namespace();
        String name = request.info().name();
        Entry entry = snapshot.get(new Key("", "pods", namespace, name));
        if (entry == null) {
            throw new StatusException(ApiStatus.notFound("", "pods", name));
        }
        Pod pod = codec.decode(entry.schema(), entry.value(), Pod.class);
        LogQuery query = LogQuery.of(request.query(), name);
        String container = container(pod, request.query().text("container"));
        if (pod.spec().nodeName().isEmpty()) {
            return ApiResponse.text(200, "");
        }
        InputStream log = source.open(node(snapshot, pod.spec().nodeName()), namespace, name, container, query);
        return new ApiResponse.Stream(200, TEXT, Headers.NONE, channel -> copy(log, channel));
    }

    private NodeLocation node(Snapshot snapshot, String name) {
        Entry entry = snapshot.get(new Key("", "nodes", "", name));
        if (entry == null) {
            throw new StatusException(ApiStatus.notFound("", "nodes", name));
        }
        return NodeLocation.of(codec.decode(entry.schema(), entry.value(), Node.class));
    }

    /// The container meant: the one named, else the only one, else the one that the pod's annotation names.
    static String container(Pod pod, String wanted) {
        PodSpec spec = pod.spec();
        List<String> main = spec.containers().stream().map(Container::name).toList();
        List<String> init = spec.initContainers().stream().map(Container::name).toList();
        List<String> ephemeral = spec.ephemeralContainers().stream()
                .map(EphemeralContainer::name)
                .toList();
        String podName = pod.metadata().name();
        if (!wanted.isEmpty()) {
            if (main.contains(wanted) || init.contains(wanted) || ephemeral.contains(wanted)) {
                return wanted;
            }
            throw new StatusException(
                    ApiStatus.badRequest("container %s is not valid for pod %s".formatted(wanted, podName)));
        }
        if (main.size() == 1) {
            return main.getFirst();
        }
        String named = pod.metadata().annotations().getOrDefault(DEFAULT_CONTAINER, "");
        if (main.contains(named)) {
            return named;
        }
        var text = new StringBuilder("a container name must be specified for pod %s, choose one of: [%s]"
                .formatted(podName, String.join(" ", main)));
        if (!init.isEmpty()) {
            text.append(" or one of the init containers: [")
                    .append(String.join(" ", init))
                    .append(']');
        }
        throw new StatusException(ApiStatus.badRequest(text.toString()));
    }

    private static void copy(InputStream log, StreamChannel channel) throws InterruptedException {
        channel.onClose(() -> close(log));
        byte[] buffer = new byte[CHUNK_BYTES];
        try (log) {
            for (int count = log.read(buffer); count >= 0; count = log.read(buffer)) {
                channel.write(Arrays.copyOf(buffer, count));
            }
            channel.end();
        } catch (StreamChannel.Closed _) {
            LOG.trace("the reader of a log went away");
        } catch (IOException e) {
            LOG.debug("a log broke off: {}", e.getMessage());
            channel.abort();
        }
    }

    private static void close(InputStream log) {
        // Closing a JDK response body may wait for a lock that its reader holds: not on a network thread.
        Thread.ofVirtual().start(() -> {
            try {
                log.close();
            } catch (IOException e) {
                LOG.trace("closing a log failed: {}", e.getMessage());
            }
        });
    }
}
