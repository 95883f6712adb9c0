package dev.shiplog.store.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Entry;
import dev.shiplog.store.Result;
import dev.shiplog.store.SoakRun;
import dev.shiplog.store.broker.Credentials;
import dev.shiplog.store.broker.KafkaUser;
import dev.shiplog.store.journal.JournalAppender;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntPredicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("full")
class BrokerKillTest {
    private static final int WRITERS = 32;
    private static final int KILLS = 3;
    private static final Duration SOAK_FOR = Duration.ofMinutes(4);

    @TempDir
    Path directory;

    @Test
    void whatWasAcknowledgedSurvivesKillsOfTheBrokerUnderWriters() throws Exception {
        assertThat(killUnderWriters(kills -> kills < KILLS).acknowledged()).isGreaterThan(1_500);
    }

    @Tag("soak")
    @Test
    void whatWasAcknowledgedSurvivesMinutesOfKills() throws Exception {
        var run = new SoakRun("broker-kills");
        Outcome outcome = killUnderWriters(_ -> run.isYoungerThan(SOAK_FOR));
        run.counted("kills", outcome.kills())
                .counted("writers", WRITERS)
                .counted("acknowledged", outcome.acknowledged())
                .counted("lost", 0)
                .passed();
    }

    private record Outcome(int kills, long acknowledged) {}

    private Outcome killUnderWriters(IntPredicate goesOn) throws Exception {
        String port = Integer.toString(TestCluster.freePort());
        String controllerPort = Integer.toString(TestCluster.freePort());
        ChildJvm broker = startBroker(port, controllerPort, 0);
        KafkaEndpoint endpoint = Credentials.endpoint(directory.resolve("pki"), KafkaUser.API_SERVER);
        Map<String, Long> acknowledged = new ConcurrentHashMap<>();
        int kills = 0;
        try (ViewsHost views = ViewsHost.start(endpoint, TestCluster.PATIENCE, _ -> {});
                JournalAppender appender = TestCluster.appender(views, "writers");
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            AtomicBoolean over = new AtomicBoolean();
            AtomicLong successes = new AtomicLong();
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int writer = i;
                writers.add(threads.submit(() -> write(writer, appender, acknowledged, successes, over)));
            }
            while (goesOn.test(kills)) {
                awaitMore(successes, 500);
                broker.killNow();
                broker = startBroker(port, controllerPort, ++kills);
            }
            awaitMore(successes, 500);
            over.set(true);
            for (Future<?> writer : writers) {
                writer.get();
            }
        }

        try (ViewsHost after = ViewsHost.start(endpoint, TestCluster.PATIENCE, _ -> {})) {
            var snapshot = after.of(StoreName.MAIN).view().snapshot();
            acknowledged.forEach((name, revision) -> {
                Entry entry = snapshot.get(TestCluster.configMapKey("kill", name));
                assertThat(entry == null ? 0 : entry.revision()).as(name).isEqualTo(revision);
            });
        } finally {
            broker.close();
        }
        return new Outcome(kills, acknowledged.size());
    }

    private ChildJvm startBroker(String port, String controllerPort, int generation) throws Exception {
        return ChildJvm.start(
                        BrokerChildMain.class,
                        directory.resolve("broker-" + generation + ".log"),
                        directory.toString(),
                        port,
                        controllerPort)
                .awaitLine("ready");
    }

    /// Creates objects of its own, each under a new name, so that an acknowledged one is there for ever.
    private static Void write(
            int writer,
            JournalAppender appender,
            Map<String, Long> acknowledged,
            AtomicLong successes,
            AtomicBoolean over)
            throws InterruptedException {
        for (int i = 0; !over.get(); i++) {
            String name = "w" + writer + "-" + i;
            Result result = appender.append(TestCluster.configMap("kill", name, 0, "x"));
            if (result instanceof Result.Committed committed) {
                acknowledged.put(name, committed.to());
                successes.incrementAndGet();
            } else {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
        return null;
    }

    private static void awaitMore(AtomicLong counter, long more) {
        long from = counter.get();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> counter.get() >= from + more);
    }
}
