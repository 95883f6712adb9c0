package dev.shiplog.proxy;

import dev.shiplog.journal.Route;
import dev.shiplog.schemas.registry.TypedTopicFollower;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps this host's packet filter such that every Service in `routes` is reachable.
///
/// At its start it replaces the table by what the topic says, in one transaction; afterwards it changes only the
/// Services
/// that changed. When it stops the rules stay, so that a restart is not noticed by who uses them.
public final class ProxyAgent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyAgent.class);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration NO_PATIENCE = Duration.ZERO;
    private static final Duration CHECK_EVERY = Duration.ofSeconds(30);
    private static final long RETRY_MILLIS = 1_000;

    private final ProxySettings settings;
    private final NftClient nft;
    private final Histogram syncSeconds;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch synced = new CountDownLatch(1);
    private final Thread thread;

    private ProxyAgent(ProxySettings settings, PrometheusRegistry metrics) throws IOException {
        this.settings = settings;
        new HostNetworkAgent(new HostClient(List.of())).prepare(settings.serviceNetwork());
        this.nft = NftClient.open();
        this.syncSeconds = Histogram.builder()
                .name("kubeproxy_sync_proxy_rules_duration_seconds")
                .help("How long one change of the packet filter took.")
                .register(metrics);
        this.thread = Thread.ofPlatform().name("proxy-agent").unstarted(this::run);
    }

    /// Starts the agent. It needs the right to administer the network.
    ///
    /// @throws IOException when the host's network cannot be prepared
    public static ProxyAgent start(ProxySettings settings, PrometheusRegistry metrics) throws IOException {
        var agent = new ProxyAgent(settings, metrics);
        agent.thread.start();
        return agent;
    }

    /// Whether the packet filter holds everything that the topic held when the agent started.
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

    private void run() {
        while (stop.getCount() > 0) {
            try (var routes = new TypedTopicFollower<>(
                    settings.kafka(), settings.registry(), "routes", Route.TYPE, "proxy-agent")) {
                follow(routes);
            } catch (WakeupException | InterruptedException _) {
                return;
            } catch (KafkaException | IllegalStateException problem) {
                // The rules in the kernel go on working; what changed meanwhile is read again from the start.
                LOG.warn("the routes cannot be read, trying again: {}", problem.toString());
                if (pause()) {
                    return;
                }
            }
        }
    }

    private boolean pause() {
        try {
            return stop.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            return true;
        }
    }

    private void follow(TypedTopicFollower<Route> routes) throws InterruptedException {
        var table = new RouteTable(new Ruleset(settings.podNetwork(), settings.serviceNetwork()), settings.nodeName());
        do {
            routes.poll(routes.caughtUp() ? NO_PATIENCE : PATIENCE)
                    .forEach(change -> table.put(change.key(), change.value()));
        } while (!routes.caughtUp() && stop.getCount() > 0);
        replace(table);
        long checked = System.nanoTime();
        while (stop.getCount() > 0) {
            var changes = routes.poll(PATIENCE);
            changes.forEach(change -> table.put(change.key(), change.value()));
            change(table, changes.stream().map(TypedTopicFollower.Changed::key).collect(Collectors.toSet()));
            if (System.nanoTime() - checked > CHECK_EVERY.toNanos()) {
                checked = System.nanoTime();
                if (!nft.tableExists()) {
                    LOG.warn("someone deleted the table {}; it is written again", Ruleset.TABLE);
                    replace(table);
                }
            }
        }
    }

    private void change(RouteTable table, Set<String> services) throws InterruptedException {
        if (services.isEmpty()) {
            return;
        }
        var commands = table.changes(services);
        if (commands.isEmpty()) {
            table.installed();
            return;
        }
        long start = System.nanoTime();
        try {
            nft.apply(commands);
            table.installed();
            syncSeconds.observe((System.nanoTime() - start) / 1e9);
        } catch (NftFailure problem) {
            LOG.warn("a change was refused, the table is written anew: {}", problem.getMessage());
            replace(table);
        }
    }

    private void replace(RouteTable table) throws InterruptedException {
        while (stop.getCount() > 0) {
            long start = System.nanoTime();
            try {
                nft.apply(table.replacement());
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
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        nft.close();
    }
}
