package dev.shiplog.proxy;

import dev.shiplog.journal.Assignment;
import dev.shiplog.journal.Route;
import dev.shiplog.schemas.project.Assignments;
import dev.shiplog.schemas.registry.TypedTopicFollower;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps this host's packet filter such that every Service in `routes`, and every host port of the pods that
/// `assignments` names for this node, is reachable.
///
/// At its start it replaces the table by what the topics say, in one transaction; afterwards it changes only what
/// changed. When it stops the rules stay, so that a restart is not noticed by who uses them.
public final class ProxyAgent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyAgent.class);
    private static final Duration CHECK_EVERY = Duration.ofSeconds(30);
    private static final long RETRY_MILLIS = 1_000;

    private final NftClient nft;
    private final RouteTable table;
    private final Histogram syncSeconds;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch synced = new CountDownLatch(1);
    private final TypedTopicFollower<Route> routes;
    private final TypedTopicFollower<Assignment> assignments;
    private boolean routesKnown;
    private boolean assignmentsKnown;
    private long checkedNanos = System.nanoTime();

    private ProxyAgent(ProxySettings settings, PrometheusRegistry metrics) throws IOException {
        new HostNetworkAgent(new HostClient(List.of())).prepare(settings.serviceNetwork());
        this.nft = NftClient.open();
        this.table = new RouteTable(new Ruleset(settings.podNetwork(), settings.serviceNetwork()), settings.nodeName());
        this.syncSeconds = Histogram.builder()
                .name("kubeproxy_sync_proxy_rules_duration_seconds")
                .help("How long one change of the packet filter took.")
                .register(metrics);
        this.routes = new TypedTopicFollower<>(
                new TypedTopicFollower.Source<>(
                        settings.kafka(), settings.registry(), "routes", Route.TYPE, _ -> true, "shiplog-proxy-routes"),
                new Routes());
        this.assignments = new TypedTopicFollower<>(
                new TypedTopicFollower.Source<>(
                        settings.kafka(),
                        settings.registry(),
                        Assignments.TOPIC,
                        Assignment.TYPE,
                        key -> Assignments.node(key).equals(settings.nodeName()),
                        "shiplog-proxy-assignments"),
                new HostedPods());
    }

    /// Starts the agent. It needs the right to administer the network.
    ///
    /// @throws IOException when the host's network cannot be prepared
    public static ProxyAgent start(ProxySettings settings, PrometheusRegistry metrics) throws IOException {
        var agent = new ProxyAgent(settings, metrics);
        agent.routes.start();
        agent.assignments.start();
        return agent;
    }

    /// Whether the packet filter holds everything that the topics held when the agent started.
    public boolean ready() {
        return synced.getCount() == 0;
    }

    /// Takes everything of the proxy off this host: its table and its device. For when the cluster is gone.
    public static void removeFromHost() throws IOException {
        try (NftClient nft = NftClient.open()) {
            if (nft.tableExists()) {
                nft.apply(List.of("delete table " + Ruleset.TABLE));
            }
        } catch (NftFailure problem) {
            throw new IOException("the nftables table cannot be deleted: " + problem.getMessage(), problem);
        }
        new HostNetworkAgent(new HostClient(List.of())).remove();
    }

    private final class Routes implements TypedTopicFollower.Listener<Route> {
        @Override
        public void everything(Map<String, Route> all) throws InterruptedException {
            synchronized (ProxyAgent.this) {
                table.routes(all);
                routesKnown = true;
                install();
            }
        }

        @Override
        public void changed(List<TypedTopicFollower.Changed<Route>> changes) throws InterruptedException {
            synchronized (ProxyAgent.this) {
                changes.forEach(change -> table.route(change.key(), change.value()));
                install();
                check();
            }
        }
    }

    private final class HostedPods implements TypedTopicFollower.Listener<Assignment> {
        @Override
        public void everything(Map<String, Assignment> all) throws InterruptedException {
            synchronized (ProxyAgent.this) {
                table.assignments(all);
                assignmentsKnown = true;
                install();
            }
        }

        @Override
        public void changed(List<TypedTopicFollower.Changed<Assignment>> changes) throws InterruptedException {
            synchronized (ProxyAgent.this) {
                changes.forEach(change -> table.assignment(change.key(), change.value()));
                install();
            }
        }
    }

    /// Brings the packet filter to what the table wants. The first time the whole table is written, as soon as both
    /// topics are known: until then what an earlier agent left there goes on working.
    private void install() throws InterruptedException {
        if (!routesKnown || !assignmentsKnown) {
            return;
        }
        if (!ready()) {
            replace();
            return;
        }
        var commands = table.changes();
        if (commands.isEmpty()) {
            table.installed();
            return;
        }
        tellDisputes();
        long start = System.nanoTime();
        try {
            nft.apply(commands);
            table.installed();
            syncSeconds.observe((System.nanoTime() - start) / 1e9);
        } catch (NftFailure problem) {
            LOG.warn("a change was refused, the table is written anew: {}", problem.getMessage());
            replace();
        }
    }

    private void tellDisputes() {
        table.disputes().forEach(dispute -> LOG.warn("wanted by several, the first has it: {}", dispute));
    }

    private void check() throws InterruptedException {
        if (ready() && System.nanoTime() - checkedNanos > CHECK_EVERY.toNanos()) {
            checkedNanos = System.nanoTime();
            if (!nft.tableExists()) {
                LOG.warn("someone deleted the table {}; it is written again", Ruleset.TABLE);
                replace();
            }
        }
    }

    private boolean pause() throws InterruptedException {
        return stop.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void replace() throws InterruptedException {
        while (stop.getCount() > 0) {
            long start = System.nanoTime();
            try {
                var commands = table.replacement();
                tellDisputes();
                nft.apply(commands);
                table.installed();
                syncSeconds.observe((System.nanoTime() - start) / 1e9);
                LOG.info("the packet filter holds {} Services", table.services());
                synced.countDown();
                return;
            } catch (NftFailure problem) {
                LOG.error("the packet filter refuses the table, trying again: {}", problem.getMessage());
                if (pause()) {
                    return;
                }
            }
        }
    }

    /// Stops following. The rules stay.
    @Override
    public void close() {
        stop.countDown();
        routes.close();
        assignments.close();
        nft.close();
    }
}
