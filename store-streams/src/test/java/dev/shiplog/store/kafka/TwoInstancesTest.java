package dev.shiplog.store.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Result;
import dev.shiplog.store.broker.KafkaUser;
import dev.shiplog.store.journal.JournalAppender;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

@Tag("full")
class TwoInstancesTest {
    private static final int WRITERS = 8;
    private static final int PUTS = 100;

    @TempDir(cleanup = CleanupMode.NEVER)
    Path directory;

    @Test
    void twoInstancesThatAppendAtOnceSeeTheSame() throws Exception {
        try (TestCluster cluster = TestCluster.start(directory);
                ViewsHost first = cluster.views(KafkaUser.API_SERVER);
                ViewsHost second = cluster.views(KafkaUser.API_SERVER);
                JournalAppender one = TestCluster.appender(first, "one");
                JournalAppender two = TestCluster.appender(second, "two");
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Void>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int writer = i;
                writers.add(() -> write(one, "one-" + writer));
                writers.add(() -> write(two, "two-" + writer));
            }
            for (Future<Void> done : threads.invokeAll(writers)) {
                done.get();
            }

            long end = first.of(StoreName.MAIN).journal().end();
            var here = first.views().main().awaitPosition(end - 1, Duration.ofSeconds(10));
            var there = second.views().main().awaitPosition(end - 1, Duration.ofSeconds(10));
            assertThat(here.hash()).isEqualTo(there.hash());
            assertThat(here.count("", "configmaps")).isEqualTo(2L * WRITERS);
            assertThat(here.revision()).isGreaterThanOrEqualTo(2L * WRITERS * PUTS);
        }
    }

    /// Each put expects what the one before gave: a reader that missed or repeated a record would refuse it.
    private static Void write(JournalAppender appender, String name) throws InterruptedException {
        long revision = 0;
        for (int i = 0; i < PUTS; i++) {
            Result result = appender.append(TestCluster.configMap("two", name, revision, "put " + i));
            assertThat(result).isInstanceOf(Result.Committed.class);
            revision = ((Result.Committed) result).to();
        }
        return null;
    }
}
