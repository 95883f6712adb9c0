package dev.shiplog.node;

import dev.shiplog.core.v1.Pod;
import dev.shiplog.journal.Assignment;
import dev.shiplog.node.api.ApiClient;
import dev.shiplog.node.api.EventWriter;
import dev.shiplog.node.api.NodeClient;
import dev.shiplog.node.api.PodClient;
import dev.shiplog.node.api.SourcesClient;
import dev.shiplog.node.containerd.ContainerdLauncher;
import dev.shiplog.node.containerd.ContainerdPaths;
import dev.shiplog.node.cri.CriClient;
import dev.shiplog.node.cri.PodPaths;
import dev.shiplog.node.hollow.HollowRuntime;
import dev.shiplog.node.network.NetworkHost;
import dev.shiplog.node.server.AgentServer;
import dev.shiplog.node.status.MachineFacts;
import dev.shiplog.node.status.MachineHost;
import dev.shiplog.node.status.NodeReport;
import dev.shiplog.schemas.project.Assignments;
import dev.shiplog.schemas.registry.TypedTopicFollower;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the pods run that are assigned to a node, or to many hollow ones. Closing it leaves what runs running.
public final class NodeAgent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeAgent.class);
    private static final Duration HEARTBEAT_EVERY = Duration.ofSeconds(10);
    private static final Duration CHORES_EVERY = Duration.ofSeconds(30);
    private static final int IMAGES_EVERY_CHORES = 10;

    private final List<AutoCloseable> parts = new ArrayList<>();
    private final Map<String, NodeHost> nodes = new HashMap<>();
    private final Clock clock = Clock.systemUTC();
    private final NodeSettings settings;
    private @Nullable AgentServer server;
    private @Nullable ContainerdLauncher containerd;
    private volatile boolean closed;

    private NodeAgent(NodeSettings settings) {
        this.settings = settings;
    }

    /// Starts the agent; it goes on trying while the API server or Kafka is away.
    ///
    /// @throws IOException when the container runtime or a port cannot be had
    public static NodeAgent start(NodeSettings settings) throws IOException {
        Files.createDirectories(settings.data());
        var agent = new NodeAgent(settings);
        try {
            agent.startParts();
        } catch (IOException | RuntimeException e) {
            agent.close();
            throw e;
        }
        return agent;
    }

    /// Whether every node of this agent is ready and the API server knows it.
    public boolean ready() {
        return !nodes.isEmpty() && nodes.values().stream().allMatch(NodeHost::ready);
    }

    /// The port with TLS.
    public int port() {
        return server == null ? -1 : server.port();
    }

    /// The endpoint of the container runtime; empty for hollow nodes.
    public String criEndpoint() {
        return settings.kind() == NodeSettings.Kind.HOLLOW
                ? ""
                : settings.criEndpoint().isEmpty()
                        ? ContainerdPaths.under(settings.data(), settings.run()).endpoint()
                        : settings.criEndpoint();
    }

    /// The process id of our own containerd; -1 without one.
    public long containerdPid() {
        ContainerdLauncher own = containerd;
        return own == null ? -1 : own.pid();
    }

    private void startParts() throws IOException {
        var api = new ApiClient(settings.apiServer(), settings.tls());
        parts.add(api);
        var paths = new PodPaths(settings.data(), settings.run());
        switch (settings.kind()) {
            case CRI -> startReal(api, paths);
            case HOLLOW -> startHollow(api);
        }
        var started = AgentServer.start(
                settings.listen(),
                settings.port(),
                settings.healthPort(),
                settings.tls(),
                new AgentPods(List.copyOf(nodes.values()), paths),
                clock);
        server = started;
        parts.add(started);
        nodes.values().forEach(NodeHost::start);
        follow();
    }

    private void startReal(ApiClient api, PodPaths paths) throws IOException {
        var containerdPaths = ContainerdPaths.under(settings.data(), settings.run());
        if (settings.criEndpoint().isEmpty()) {
            var own = ContainerdLauncher.start(containerdPaths);
            containerd = own;
            parts.add(own);
        }
        var cri = new CriClient(criEndpoint());
        parts.add(cri);
        String address = NetworkHost.hostAddress();
        MachineFacts machine = MachineHost.facts(settings.data());
        var reporter = new CriNodeHost(settings, cri, containerdPaths, machine, address);
        NodeReport report = reporter.report();
        var sources = new SourcesClient(api, clock);
        var runtime = new CriRuntimeHost(new CriRuntimeHost.Setup(
                settings.nodeName(),
                cri,
                paths,
                sources,
                address,
                settings.serviceAddress(),
                report.amounts(),
                machine.memoryBytes(),
                clock));
        NodeHost node = node(settings.nodeName(), runtime, reporter, api, address, Duration.ZERO);
        startChores(runtime, node);
    }

    private void startHollow(ApiClient api) {
        Duration every = HollowNodes.heartbeatEvery(settings.hollowNodes());
        for (int i = 0; i < settings.hollowNodes(); i++) {
            String name = HollowNodes.name(i);
            var hollow = new HollowRuntime(clock, HollowNodes.addressPrefix(i));
            NodeReport report = HollowNodes.report(name, "127.0.0.1", settings.port(), settings.version());
            var reporter = new NodeReporter() {
                @Override
                public NodeReport report() {
                    return report;
                }

                @Override
                public void podRange(String range) {
                    hollow.addresses(range.substring(0, range.lastIndexOf('.') + 1));
                }
            };
            Duration offset = every.multipliedBy(i).dividedBy(settings.hollowNodes() * 4L);
            node(name, new HollowRuntimeHost(hollow), reporter, api, "127.0.0.1", offset);
        }
    }

    private NodeHost node(
            String name, PodRuntime runtime, NodeReporter reporter, ApiClient api, String address, Duration offset) {
        var events = new EventWriter(api, name, clock);
        parts.add(events);
        boolean hollow = settings.kind() == NodeSettings.Kind.HOLLOW;
        var node = new NodeHost(new NodeHost.Setup(
                name,
                runtime,
                reporter,
                new NodeClient(api, clock),
                new PodClient(api),
                events,
                address,
                hollow ? HollowNodes.heartbeatEvery(settings.hollowNodes()) : HEARTBEAT_EVERY,
                offset,
                clock));
        nodes.put(name, node);
        parts.add(node);
        return node;
    }

    /// Assignments are read once their nodes are registered: until then nobody could accept a status.
    private void follow() {
        var follower = new TypedTopicFollower<>(
                new TypedTopicFollower.Source<>(
                        settings.kafka(),
                        settings.registry(),
                        Assignments.TOPIC,
                        Assignment.TYPE,
                        key -> nodes.containsKey(Assignments.node(key)),
                        "shiplog-node-agent"),
                new Orders());
        parts.add(follower);
        Thread.ofVirtual().name("await-registration").start(() -> {
            try {
                while (!closed && !nodes.values().stream().allMatch(NodeHost::registered)) {
                    Thread.sleep(Duration.ofMillis(50));
                }
                if (!closed) {
                    follower.start();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private final class Orders implements TypedTopicFollower.Listener<Assignment> {
        @Override
        public void everything(Map<String, Assignment> all) {
            Map<String, Set<String>> podUids = new HashMap<>();
            all.forEach((key, assignment) -> {
                host(key).assign(assignment);
                podUids.computeIfAbsent(Assignments.node(key), _ -> new HashSet<>())
                        .add(Assignments.podUid(key));
            });
            nodes.forEach((name, host) -> host.synced(podUids.getOrDefault(name, Set.of())));
        }

        @Override
        public void changed(List<TypedTopicFollower.Changed<Assignment>> changes) {
            for (TypedTopicFollower.Changed<Assignment> change : changes) {
                if (change.value() == null) {
                    host(change.key()).unassign(Assignments.podUid(change.key()));
                } else {
                    host(change.key()).assign(change.value());
                }
            }
        }

        private NodeHost host(String key) {
            return Objects.requireNonNull(nodes.get(Assignments.node(key)));
        }
    }

    private void startChores(CriRuntimeHost runtime, NodeHost node) {
        Thread chores = Thread.ofVirtual().name("chores").unstarted(() -> {
            try {
                for (int n = 1; !closed; n++) {
                    Thread.sleep(CHORES_EVERY);
                    try {
                        Map<String, Pod> pods = node.pods();
                        runtime.refreshVolumes(pods);
                        runtime.overLimits(pods).forEach(node::evict);
                        runtime.rotateLogs();
                        if (node.ready()) {
                            runtime.removeLeftovers(() -> node.pods().keySet());
                        }
                        if (n % IMAGES_EVERY_CHORES == 0) {
                            runtime.collectImages();
                        }
                    } catch (RuntimeException e) {
                        LOG.warn("chores: {}", e.toString());
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        parts.add(chores::interrupt);
        chores.start();
    }

    @Override
    public void close() {
        closed = true;
        List<AutoCloseable> last = new ArrayList<>(parts);
        Collections.reverse(last);
        for (AutoCloseable part : last) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("while closing: {}", e.toString());
            }
        }
    }
}
