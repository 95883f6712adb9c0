package dev.shiplog.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.journal.Assignment;
import dev.shiplog.node.api.ApiClient;
import dev.shiplog.node.api.EventWriter;
import dev.shiplog.node.api.NodeClient;
import dev.shiplog.node.api.PodClient;
import dev.shiplog.node.api.SourcesClient;
import dev.shiplog.node.api.Tls;
import dev.shiplog.node.containerd.ContainerdLauncher;
import dev.shiplog.node.containerd.ContainerdPaths;
import dev.shiplog.node.containerd.OciArchive;
import dev.shiplog.node.cri.CriClient;
import dev.shiplog.node.cri.PodPaths;
import dev.shiplog.node.network.Conflist;
import dev.shiplog.node.network.NetworkHost;
import dev.shiplog.node.status.MachineHost;
import dev.shiplog.schemas.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;

/// A node with a containerd, a bridge and directories of its own, and a fake API server; assignments are given by hand.
final class RealNode implements AutoCloseable {
    static final String IMAGE = "localhost/busybox:1";
    private static final ObjectMapper JSON = new ObjectMapper();

    final Path directory;
    final FakeApiServer api;
    final ContainerdPaths containerdPaths;
    final PodPaths paths;
    final String bridge;
    final TestPki pki;
    private final Tls tls;
    private final String range;
    private final ContainerdLauncher containerd;
    CriClient cri;
    NodeHost host;
    CriRuntimeHost runtime;
    private ApiClient client;
    private EventWriter events;
    private long revision = 1;

    RealNode() throws Exception {
        directory = Files.createTempDirectory(Path.of("/tmp"), "shiplog-n");
        int number = ThreadLocalRandom.current().nextInt(1, 250);
        bridge = "shl-test" + number;
        range = "10.99." + number + ".0/24";
        containerdPaths = ContainerdPaths.under(directory.resolve("data"), directory.resolve("run"));
        paths = new PodPaths(directory.resolve("data"), directory.resolve("run"));
        pki = new TestPki(directory, "ca");
        tls = pki.issue("node", "CN=system:node:real,O=system:nodes");
        api = new FakeApiServer(tls, range);
        containerd = ContainerdLauncher.start(containerdPaths);
        NetworkHost.prepare();
        NetworkHost.configure(containerdPaths.networks(), new Conflist(bridge, range, containerdPaths.addresses()));
        Path archive = directory.resolve("busybox.tar");
        Files.write(archive, busybox());
        containerd.importImages(archive);
        startAgent();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> cri.conditions().values().stream().allMatch(String::isEmpty)
                        && cri.image(IMAGE).isPresent());
    }

    static byte[] busybox() throws IOException {
        byte[] program = Files.readAllBytes(Path.of("/bin/busybox"));
        List<OciArchive.Entry> files = new ArrayList<>();
        for (String each : List.of("bin", "etc", "tmp", "proc", "sys", "dev")) {
            files.add(OciArchive.Entry.directory(each));
        }
        files.add(OciArchive.Entry.file("bin/busybox", 0755, program));
        for (String each : List.of("sh", "sleep", "cat", "echo", "httpd", "ls", "id", "touch", "test", "true", "nc")) {
            files.add(OciArchive.Entry.link("bin/" + each, "busybox"));
        }
        return OciArchive.of(
                IMAGE,
                new OciArchive.Config(
                        OciArchive.architecture(System.getProperty("os.arch")),
                        List.of(),
                        List.of("/bin/sh"),
                        List.of("PATH=/bin")),
                files);
    }

    void startAgent() throws IOException {
        client = new ApiClient(api.url(), tls);
        cri = new CriClient(containerd.endpoint());
        events = new EventWriter(client, "real", Clock.systemUTC());
        runtime = new CriRuntimeHost(new CriRuntimeHost.Setup(
                "real",
                cri,
                paths,
                new SourcesClient(client, Clock.systemUTC()),
                NetworkHost.hostAddress(),
                "10.43.0.1",
                java.util.Map.of("cpu", "2", "memory", "4Gi"),
                4L << 30,
                Clock.systemUTC()));
        var machine = MachineHost.facts(directory);
        var settings = new NodeSettings(
                NodeSettings.Kind.CRI,
                directory.resolve("data"),
                directory.resolve("run"),
                "real",
                0,
                api.url(),
                tls,
                new dev.shiplog.schemas.KafkaEndpoint("127.0.0.1:1", java.util.Map.of()),
                new dev.shiplog.schemas.registry.RegistryEndpoint("http://127.0.0.1:1", "u", "p"),
                "",
                bridge,
                "127.0.0.1",
                0,
                0,
                "10.43.0.1",
                "v1.36.0");
        host = new NodeHost(new NodeHost.Setup(
                "real",
                runtime,
                new CriNodeHost(settings, cri, containerdPaths, machine, NetworkHost.hostAddress()),
                new NodeClient(client, Clock.systemUTC()),
                new PodClient(client),
                events,
                NetworkHost.hostAddress(),
                Duration.ofSeconds(10),
                Duration.ZERO,
                Clock.systemUTC()));
        host.start();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(host::registered);
    }

    void stopAgent() {
        host.close();
        events.close();
        cri.close();
        client.close();
    }

    /// Creates a pod in the API and assigns it. `spec` is JSON.
    Pod run(String name, String spec) {
        return run(name, "{}", spec);
    }

    Pod run(String name, String metadata, String spec) {
        try {
            ObjectNode pod = JSON.createObjectNode();
            ObjectNode meta = (ObjectNode) JSON.readTree(metadata);
            meta.put("name", name)
                    .put("namespace", "default")
                    .put("uid", "uid-" + name)
                    .put("generation", 1);
            meta.put("resourceVersion", Long.toString(revision));
            pod.set("metadata", meta);
            pod.set("spec", JSON.readTree(spec));
            api.put("/api/v1/namespaces/default/pods/" + name, pod.toString());
            Pod typed = dev.shiplog.schemas.Defaulting.apply(
                    Json.fromTree(Pod.TYPE, pod).object());
            assign(typed);
            return typed;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    void assign(Pod pod) {
        host.assign(new Assignment(revision, "real", "", pod));
    }

    void synced(Pod... pods) {
        host.synced(Set.copyOf(
                java.util.Arrays.stream(pods).map(pod -> pod.metadata().uid()).toList()));
    }

    void delete(Pod pod, long grace) {
        revision++;
        assign(pod.withMetadata(pod.metadata()
                .withDeletionTimestamp(Instant.now().plusSeconds(grace))
                .withDeletionGracePeriodSeconds(grace)));
    }

    JsonNode status(String pod) {
        return api.status("default", pod);
    }

    JsonNode container(String pod, int index) {
        return status(pod).path("containerStatuses").path(index);
    }

    void awaitPhase(String pod, String phase) {
        await(20, () -> status(pod).path("phase").asText().equals(phase));
    }

    void awaitReady(String pod) {
        await(20, () -> container(pod, 0).path("ready").asBoolean());
    }

    static void await(int seconds, java.util.concurrent.Callable<Boolean> holds) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(50))
                .atMost(Duration.ofSeconds(seconds))
                .until(holds);
    }

    String log(String pod, String container, int attempt) throws IOException {
        Path file = paths.log("default", pod, "uid-" + pod, container, attempt);
        return Files.exists(file) ? Files.readString(file) : "";
    }

    @Override
    public void close() throws IOException {
        stopAgent();
        api.close();
        containerd.release();
        Cleanup.run(directory.resolve("data"), directory.resolve("run"), bridge);
        dev.shiplog.node.cri.PodFiles.removeGroups("shiplog-foreign");
        dev.shiplog.node.containerd.ContainerdCleanup.delete(directory);
    }
}
