package dev.shiplog.standalone;

import dev.shiplog.schemas.registry.KafkaSchemaTopicWriter;
import dev.shiplog.schemas.registry.RegistryEndpoint;
import dev.shiplog.schemas.registry.RegistryServer;
import dev.shiplog.schemas.registry.RegistrySettings;
import dev.shiplog.store.broker.BrokerRefused;
import dev.shiplog.store.broker.BrokerSettings;
import dev.shiplog.store.broker.EmbeddedBroker;
import dev.shiplog.store.broker.KafkaUser;
import dev.shiplog.store.kafka.Topics;
import dev.shiplog.store.kafka.TopicsClient;
import dev.shiplog.store.kafka.WrongTopics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs roles in this process, wired by hand, until it is told to end.
final class Launcher {
    private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);
    private static final long REPORT_EVERY_MILLIS = 1_000;

    private final Data data;
    private final UpOptions options;
    private final Progress progress;
    private final Endpoints endpoints;
    private final Processes processes;
    private final PrometheusRegistry metrics = new PrometheusRegistry();
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile boolean failed;

    Launcher(Data data, UpOptions options, Progress progress) {
        this.data = data;
        this.options = options;
        this.progress = progress;
        this.endpoints = new Endpoints(data, options);
        this.processes = new Processes(data);
    }

    int run(Set<Role> wanted) throws Exception {
        try (Processes.Claim claim = processes.claim(wanted)) {
            Set<Role> roles = EnumSet.copyOf(claim.taken());
            if (!claim.heldByOthers().isEmpty()) {
                progress.say("runs already in another process: " + UpCommand.text(claim.heldByOthers()));
            }
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("end").unstarted(this::shutDown));
            var report = new RunReport(data, roles, data.clusterId());
            try {
                start(roles, report);
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

    private void start(Set<Role> roles, RunReport report) throws Exception {
        processes.publish(report.now());
        if (roles.contains(Role.BROKER)) {
            startBroker(report);
        }
        if (roles.contains(Role.REGISTRY)) {
            startRegistry(report);
        }
        endpoints.writeClients();
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
            running.push(broker);
            try (var topics = new TopicsClient(broker.endpoint(KafkaUser.STORE))) {
                topics.ensure(Topics.all(options.partitions, Topics.Sync.EACH_APPEND));
            }
        } catch (BrokerRefused | WrongTopics problem) {
            throw new Stop(ExitCode.REFUSED, String.valueOf(problem.getMessage()));
        }
        report.endpoint("kafka", options.kafkaListen + ":" + ports.kafka());
        progress.ready("broker");
    }

    private void startRegistry(RunReport report) throws IOException, InterruptedException {
        RegistryEndpoint registry = endpoints.registry();
        var topic = new KafkaSchemaTopicWriter(endpoints.kafka(KafkaUser.REGISTRY));
        running.push(topic);
        running.push(RegistryServer.start(
                new RegistrySettings(
                        "127.0.0.1", endpoints.ports().registry(), registry.user(), registry.password()),
                topic));
        report.endpoint("registry", registry.url());
        progress.ready("registry");
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

    /// Ends everything, last started first. One part's trouble does not keep the others from ending.
    private synchronized void stop() {
        while (!running.isEmpty()) {
            AutoCloseable part = running.pop();
            try {
                part.close();
            } catch (Exception problem) {
                LOG.warn("{} did not end in order", part.getClass().getSimpleName(), problem);
            }
        }
        processes.withdraw();
    }
}
