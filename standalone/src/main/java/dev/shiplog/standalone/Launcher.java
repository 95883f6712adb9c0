package dev.shiplog.standalone;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shiplog.api.ApiServer;
import dev.shiplog.api.tls.Pki;
import dev.shiplog.api.tls.PkiWriter;
import dev.shiplog.controllers.ControllerSettings;
import dev.shiplog.controllers.ControllersHost;
import dev.shiplog.node.NodeAgent;
import dev.shiplog.proxy.ProxyAgent;
import dev.shiplog.scheduler.SchedulerHost;
import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.registry.KafkaSchemaTopicWriter;
import dev.shiplog.schemas.registry.RegistryEndpoint;
import dev.shiplog.schemas.registry.RegistryServer;
import dev.shiplog.schemas.registry.RegistrySettings;
import dev.shiplog.store.Snapshot;
import dev.shiplog.store.broker.BrokerRefused;
import dev.shiplog.store.broker.BrokerSettings;
import dev.shiplog.store.broker.EmbeddedBroker;
import dev.shiplog.store.broker.KafkaUser;
import dev.shiplog.store.journal.JournalUnavailable;
import dev.shiplog.store.kafka.Membership;
import dev.shiplog.store.kafka.Topics;
import dev.shiplog.store.kafka.TopicsClient;
import dev.shiplog.store.kafka.ViewsHost;
import dev.shiplog.store.kafka.ViewsRefused;
import dev.shiplog.store.kafka.WrongTopics;
import dev.shiplog.store.materialise.StoreHost;
import dev.shiplog.store.materialise.StoreSettings;
import dev.shiplog.store.reconcile.HostSettings;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs roles in this process, wired by hand, until it is told to end.
final class Launcher {
    private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);
    private static final Duration READY_WITHIN = Duration.ofMinutes(5);
    private static final long READY_POLL_MILLIS = 10;
    private static final long REPORT_EVERY_MILLIS = 1_000;

    private static final Duration CAUGHT_UP_WITHIN = Duration.ofMinutes(10);
    private static final Set<Role> READ_THE_STORES =
            EnumSet.of(Role.API_SERVER, Role.STORE, Role.SCHEDULER, Role.CONTROLLERS);
    private static final Set<Role> SHOW_CERTIFICATES = EnumSet.of(Role.API_SERVER, Role.CONTROLLERS, Role.NODE_AGENT);

    private final Data data;
    private final UpOptions options;
    private final Progress progress;
    private final Endpoints endpoints;
    private final Processes processes;
    private final PrometheusRegistry metrics = new PrometheusRegistry();
    private final Deque<AutoCloseable> running = new ConcurrentLinkedDeque<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final PkiWriter pki;
    /// What has to be true of a role before this process is ready.
    private final Map<Role, BooleanSupplier> waitsFor = new ConcurrentSkipListMap<>();
    private volatile boolean failed;
    private volatile boolean stopped;

    Launcher(Data data, UpOptions options, Progress progress) {
        this.data = data;
        this.options = options;
        this.progress = progress;
        this.endpoints = new Endpoints(data, options);
        this.processes = new Processes(data);
        this.pki = new PkiWriter(data.pki(), InstantSource.system(), new SecureRandom());
    }

    int run(Set<Role> wanted) throws Exception {
        try (Processes.Claim claim = processes.claim(wanted)) {
            Set<Role> roles = EnumSet.copyOf(claim.taken());
            if (roles.isEmpty()) {
                progress.alreadyRunning(data, wanted);
                return ExitCode.DONE.code();
            }
            if (!claim.heldByOthers().isEmpty()) {
                progress.say("runs already in another process: " + UpCommand.text(claim.heldByOthers()));
            }
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("end").unstarted(this::shutDown));
            var report = new RunReport(data, roles, data.clusterId());
            try {
                start(roles, report);
                if (roles.contains(Role.NODE_AGENT)) {
                    double seconds = progress.seconds();
                    report.contribute("node", node -> node.put("nodeReadySeconds", seconds));
                }
                report.ready();
                processes.publish(report.now());
                progress.howToGoOn(data, roles, options);
                while (!end.await(REPORT_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                    processes.publish(report.now());
                }
            } finally {
                stop();
            }
            return (failed ? ExitCode.FAILED : ExitCode.DONE).code();
        }
    }

    /// What waits for nobody goes on beside the rest: on two cores the broker alone keeps one busy.
    private void start(Set<Role> roles, RunReport report) throws Exception {
        processes.publish(report.now());
        var listeners = new Listeners(roles, options);
        listeners.requireFree(Listeners.FREE_WITHIN);
        claimHost(roles);
        try (var beside = new Beside()) {
            Callable<Pki> ensure = () -> pki.ensure(List.of(options.listen));
            Beside.Outcome<Pki> keys =
                    roles.stream().anyMatch(SHOW_CERTIFICATES::contains) ? beside.begin(ensure) : ensure::call;
            boolean readsTheStores = roles.stream().anyMatch(READ_THE_STORES::contains);
            if (readsTheStores) {
                beside.begin(Launcher::prepareSchemas);
            }
            if (roles.contains(Role.BROKER)) {
                startBroker(report);
            }
            Beside.Outcome<?> registry = beside.begin(() -> startRegistry(roles, report));
            Beside.Outcome<List<AutoCloseable>> node = beside.begin(() -> startNode(roles, report, keys));
            endpoints.writeClients();
            if (options.bootstrapServers != null && roles.contains(Role.STORE)) {
                ensureTopics(endpoints.kafka(KafkaUser.STORE));
            }
            if (readsTheStores) {
                ViewsHost views = followStores(roles, report);
                registry.get();
                if (roles.contains(Role.STORE)) {
                    startStore(roles, views, report);
                }
                if (roles.contains(Role.API_SERVER)) {
                    startApi(views, report, keys.get());
                }
                startComponents(roles, views, keys);
            }
            registry.get();
            node.get().forEach(this::endsBeforeTheRest);
        }
        startHealth(listeners);
        awaitReady();
    }

    private static boolean prepareSchemas() {
        Catalog.builtIn().prepare();
        return true;
    }

    /// Refuses before anything is started when another cluster has this host's containers or packet filter.
    private void claimHost(Set<Role> roles) throws InterruptedException {
        if (options.runtime() == UpOptions.ContainerRuntime.CRI) {
            for (Role role : EnumSet.of(Role.NODE_AGENT, Role.PROXY_AGENT)) {
                if (roles.contains(role)) {
                    runs(NodeRole.claimHost(role));
                }
            }
        }
    }

    private Membership membership(Set<Role> roles) throws IOException {
        boolean quick = options.bootstrapServers == null && !roles.contains(Role.BROKER);
        return new Membership(HostAddress.name(), quick ? Membership.SESSION_EMBEDDED : Membership.SESSION_ANY);
    }

    private void startComponents(Set<Role> roles, ViewsHost views, Beside.Outcome<Pki> keys) throws Exception {
        var settings = new HostSettings(
                SchedulerHost.APPLICATION,
                membership(roles),
                endpoints.kafka(KafkaUser.COMPONENTS),
                endpoints.registry(),
                data.streams());
        if (roles.contains(Role.SCHEDULER)) {
            SchedulerHost scheduler = SchedulerHost.start(settings, views.views(), metrics);
            runs(scheduler);
            waitsFor.put(Role.SCHEDULER, scheduler::ready);
        }
        if (roles.contains(Role.CONTROLLERS)) {
            ControllersHost controllers = ControllersHost.start(
                    new ControllerSettings(options.controllers, keys.get().text("ca.crt")),
                    settings,
                    views.views(),
                    metrics);
            runs(controllers);
            waitsFor.put(Role.CONTROLLERS, controllers::ready);
        }
    }

    private void startHealth(Listeners listeners) throws IOException {
        for (Map.Entry<Role, Integer> health : listeners.health().entrySet()) {
            BooleanSupplier ready = waitsFor.getOrDefault(health.getKey(), () -> true);
            runs(HealthServer.start(health.getValue(), ready, metrics));
        }
    }

    private void startApi(ViewsHost views, RunReport report, Pki keys) throws IOException, InterruptedException {
        KafkaEndpoint kafka = endpoints.kafka(KafkaUser.API_SERVER);
        ApiServer server = new ApiRole(data, options, endpoints, running).start(keys, views, kafka, metrics);
        double seconds = progress.seconds();
        report.endpoint("api", endpoints.api());
        report.contribute("api", node -> node.put("apiReadySeconds", seconds).put("watchers", server.watchers()));
        progress.ready("api-server");
    }

    private List<AutoCloseable> startNode(Set<Role> roles, RunReport report, Beside.Outcome<Pki> keys)
            throws Exception {
        var parts = new ArrayList<AutoCloseable>();
        var node = new NodeRole(data, options, endpoints);
        boolean real = options.runtime() == UpOptions.ContainerRuntime.CRI;
        if (roles.contains(Role.NODE_AGENT)) {
            NodeAgent agent = node.startAgent(keys.get(), pki);
            runs(agent);
            parts.add(agent);
            waitsFor.put(Role.NODE_AGENT, agent::ready);
            report.endpoint("agent", "https://127.0.0.1:" + endpoints.ports().agent());
            if (real) {
                report.endpoint("cri", agent.criEndpoint());
            }
        }
        if (roles.contains(Role.PROXY_AGENT) && real) {
            ProxyAgent proxy = node.startProxy(metrics);
            runs(proxy);
            parts.add(proxy);
            waitsFor.put(Role.PROXY_AGENT, proxy::ready);
        }
        return parts;
    }

    /// Returns when every part does its work.
    private void awaitReady() throws InterruptedException {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        for (Map.Entry<Role, BooleanSupplier> part : waitsFor.entrySet()) {
            while (!part.getValue().getAsBoolean()) {
                if (System.nanoTime() > deadline) {
                    throw new Stop(
                            ExitCode.TIMEOUT,
                            "%s is not ready after %d s".formatted(part.getKey().text(), READY_WITHIN.toSeconds()),
                            "Look into ./shiplog logs " + part.getKey().text());
                }
                if (end.await(READY_POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
            progress.ready(part.getKey().text());
        }
    }

    /// The views that all roles of this process share; an API server's principal may read what any of them may.
    private ViewsHost followStores(Set<Role> roles, RunReport report) throws IOException, InterruptedException {
        KafkaUser user = roles.contains(Role.API_SERVER)
                ? KafkaUser.API_SERVER
                : roles.contains(Role.STORE) ? KafkaUser.STORE : KafkaUser.COMPONENTS;
        ViewsHost views;
        try {
            views = ViewsHost.start(endpoints.kafka(user), data.warm(), CAUGHT_UP_WITHIN, this::fail);
            runs(views);
            var seen = new SeenRegistry(data.seen(), SeenRegistry.Journals.of(views));
            seen.start();
            runs(seen);
        } catch (ViewsRefused problem) {
            throw new Stop(
                    ExitCode.REFUSED,
                    String.valueOf(problem.getMessage()),
                    "Use the data directory that belongs to this Kafka");
        } catch (JournalUnavailable problem) {
            throw new Stop(
                    ExitCode.FAILED,
                    "the journal does not answer: " + problem.getMessage(),
                    "See whether the broker runs, with ./shiplog status");
        } catch (TimeoutException _) {
            throw new Stop(
                    ExitCode.TIMEOUT,
                    "the journals were not there, or not replayed, within " + CAUGHT_UP_WITHIN.toSeconds() + " s",
                    "See whether the broker runs, with ./shiplog status");
        }
        views.measure(metrics);
        report.contribute("views", node -> {
            ObjectNode revision = node.putObject("revision");
            ObjectNode applied = node.putObject("appliedRevision");
            long objects = 0;
            for (StoreName store : StoreName.values()) {
                Snapshot snapshot = views.views().of(store).snapshot();
                revision.put(store.text(), snapshot.revision());
                applied.put(store.text(), snapshot.revision());
                objects += views.of(store).view().state().size();
            }
            node.put("objects", objects);
        });
        progress.ready("views");
        return views;
    }

    private void startStore(Set<Role> roles, ViewsHost views, RunReport report)
            throws IOException, InterruptedException {
        try {
            StoreHost store = StoreHost.start(
                    StoreSettings.of(options.partitions).withMembership(membership(roles)),
                    endpoints.kafka(KafkaUser.STORE),
                    endpoints.registry(),
                    views);
            runs(store);
            store.measure(metrics);
            report.contribute("materialiser", node -> {
                long lag = 0;
                for (StoreName name : StoreName.values()) {
                    lag += store.materialiser(name).lag();
                }
                node.put("materialiserLag", lag);
            });
            progress.ready("store");
        } catch (JournalUnavailable problem) {
            throw new Stop(
                    ExitCode.FAILED,
                    "the journal does not answer: " + problem.getMessage(),
                    "See whether the broker runs, with ./shiplog status");
        }
    }

    private void startBroker(RunReport report) throws IOException, InterruptedException {
        Ports ports = endpoints.ports();
        try {
            EmbeddedBroker broker = EmbeddedBroker.start(new BrokerSettings(
                    data.kafka(),
                    data.kafkaCredentials(),
                    data.clusterId(),
                    options.kafkaListen,
                    ports.kafka(),
                    ports.kraft(),
                    endpoints.kafkaConfig()));
            runs(broker);
            ensureTopics(broker.endpoint(KafkaUser.STORE));
        } catch (BrokerRefused problem) {
            throw new Stop(ExitCode.REFUSED, String.valueOf(problem.getMessage()));
        }
        report.endpoint("kafka", options.kafkaListen + ":" + ports.kafka());
        progress.ready("broker");
    }

    /// Makes the topics that are missing, and refuses those that are there with another shape.
    private void ensureTopics(KafkaEndpoint kafka) throws InterruptedException {
        try (var topics = new TopicsClient(kafka)) {
            topics.ensure(Topics.all(options.partitions, Topics.Sync.EACH_APPEND));
        } catch (WrongTopics problem) {
            throw new Stop(
                    ExitCode.REFUSED,
                    String.valueOf(problem.getMessage()),
                    "Give the topics these settings, or use another Kafka");
        }
    }

    private boolean startRegistry(Set<Role> roles, RunReport report) throws IOException, InterruptedException {
        if (!roles.contains(Role.REGISTRY)) {
            return false;
        }
        RegistryEndpoint registry = endpoints.registry();
        var topic = new KafkaSchemaTopicWriter(endpoints.kafka(KafkaUser.REGISTRY));
        runs(topic);
        runs(RegistryServer.start(
                new RegistrySettings("127.0.0.1", endpoints.ports().registry(), registry.user(), registry.password()),
                topic));
        report.endpoint("registry", registry.url());
        progress.ready("registry");
        return true;
    }

    /// Ends this process because a part of it cannot go on.
    private void fail(String why) {
        LOG.error("this process ends: {}", why);
        progress.say(why);
        failed = true;
        end.countDown();
    }

    private void shutDown() {
        end.countDown();
        stop();
    }

    /// Has a part ended with this process, even one that was still starting when the process was told to end.
    private void runs(AutoCloseable part) {
        running.push(part);
        if (stopped) {
            stop();
        }
    }

    /// A node says how its pods are until it ends, to an API server that may have been started after it.
    private void endsBeforeTheRest(AutoCloseable part) {
        if (running.remove(part)) {
            running.push(part);
        }
    }

    /// Ends everything, last started first. One part's trouble does not keep the others from ending.
    private synchronized void stop() {
        stopped = true;
        for (AutoCloseable part = running.poll(); part != null; part = running.poll()) {
            try {
                part.close();
            } catch (Exception problem) {
                LOG.warn("{} did not end in order", part.getClass().getSimpleName(), problem);
            }
        }
        processes.withdraw();
    }
}
