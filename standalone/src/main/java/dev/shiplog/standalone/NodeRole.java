package dev.shiplog.standalone;

import dev.shiplog.api.tls.Pki;
import dev.shiplog.api.tls.PkiWriter;
import dev.shiplog.node.NodeAgent;
import dev.shiplog.node.NodeSettings;
import dev.shiplog.node.api.Tls;
import dev.shiplog.proxy.ProxyAgent;
import dev.shiplog.proxy.ProxySettings;
import dev.shiplog.store.broker.KafkaUser;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Starts the roles of a node: the agent and, where containers are real, the proxy.
final class NodeRole {
    static final String POD_NETWORK = "10.42.0.0/16";
    static final String SERVICE_NETWORK = "10.43.0.0/16";
    static final String KUBERNETES_SERVICE = "10.43.0.1";
    /// A killed process lets go of its roles, which were waited for, and of the host in the same breath.
    private static final Duration HOLDER_ENDS_WITHIN = Duration.ofSeconds(1);

    private static final long POLL_MILLIS = 20;

    private final Data data;
    private final UpOptions options;
    private final Endpoints endpoints;

    NodeRole(Data data, UpOptions options, Endpoints endpoints) {
        this.data = data;
        this.options = options;
        this.endpoints = endpoints;
    }

    String name() throws IOException {
        return options.nodeName != null ? options.nodeName : HostAddress.name();
    }

    /// Makes this cluster the one that has `role` with real nodes on this host, for the life of this process.
    static FileChannel claimHost(Role role) throws InterruptedException {
        Path file = NodeSettings.RUN.resolve(role.text() + ".lock");
        long deadline = System.nanoTime() + HOLDER_ENDS_WITHIN.toNanos();
        FileChannel lock = Processes.lock(file);
        while (lock == null && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            lock = Processes.lock(file);
        }
        if (lock == null) {
            throw new Stop(
                    ExitCode.REFUSED,
                    "another cluster with a real node runs on this host",
                    "End it with ./shiplog down, or start this one with --runtime hollow");
        }
        return lock;
    }

    NodeAgent startAgent(Pki pki, PkiWriter writer) throws IOException, InterruptedException {
        boolean real = options.runtime() == UpOptions.ContainerRuntime.CRI;
        Path directory = pki.directory();
        String certificate = real ? "node-" + name() : "hollow-nodes";
        if (real) {
            writer.node(name());
        } else {
            writer.hollowNodes();
        }
        return NodeAgent.start(new NodeSettings(
                real ? NodeSettings.Kind.CRI : NodeSettings.Kind.HOLLOW,
                data.directory(),
                NodeSettings.RUN,
                name(),
                options.hollowNodes,
                endpoints.api(),
                new Tls(
                        directory.resolve("ca.crt"),
                        directory.resolve(certificate + ".crt"),
                        directory.resolve(certificate + ".key")),
                endpoints.kafka(KafkaUser.AGENTS),
                endpoints.registry(),
                options.criEndpoint == null ? "" : options.criEndpoint,
                NodeSettings.BRIDGE,
                options.listen,
                endpoints.ports().agent(),
                endpoints.ports().agentHealth(),
                KUBERNETES_SERVICE,
                Version.gitVersion()));
    }

    ProxyAgent startProxy(PrometheusRegistry metrics) throws IOException, InterruptedException {
        return ProxyAgent.start(
                new ProxySettings(
                        name(), endpoints.kafka(KafkaUser.AGENTS), endpoints.registry(), POD_NETWORK, SERVICE_NETWORK),
                metrics);
    }
}
