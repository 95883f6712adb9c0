package dev.shiplog.store.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Result;
import dev.shiplog.store.journal.AppenderSettings;
import dev.shiplog.store.journal.JournalAppender;
import dev.shiplog.store.kafka.TestCluster;
import dev.shiplog.store.kafka.ViewsHost;
import dev.shiplog.store.materialise.StoreHost;
import dev.shiplog.store.materialise.StoreSettings;
import dev.shiplog.store.verify.VerifyHost;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On a disk of 300 MiB that is really full. Needs root, for the mount.
@Tag("full")
class FullDiskTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path directory;

    private final AtomicInteger names = new AtomicInteger();
    private TestCluster cluster;
    private ViewsHost views;
    private StoreHost store;
    private JournalAppender appender;

    @BeforeEach
    void start() throws Exception {
        assumeThat(System.getProperty("user.name")).isEqualTo("root");
        run("mount", "-t", "tmpfs", "-o", "size=300m", "tmpfs", directory.toString());
        cluster = TestCluster.start(directory);
        DiskReserve reserve = cluster.broker().reserve();
        views = cluster.views(KafkaUser.API_SERVER);
        store = StoreHost.start(
                StoreSettings.of(TestCluster.PARTITIONS), cluster.endpoint(KafkaUser.STORE), cluster.registry(), views);
        appender = views.appender(
                StoreName.MAIN,
                AppenderSettings.of("test"),
                TestCluster.seams(() -> reserve.below() ? reserve.directory().toString() : null));
    }

    @AfterEach
    void stop() throws Exception {
        if (cluster != null) {
            appender.close();
            store.close();
            views.close();
            cluster.stop();
            run("umount", "-l", directory.toString());
        }
    }

    @Test
    void belowTheReserveWritesAreRefusedAndGoOnOnceThereIsSpace() throws Exception {
        assertThat(append()).isInstanceOf(Result.Committed.class);

        Path other = fill(20 * MIB);
        await().until(() -> append() instanceof Result.NoSpace);
        assertThat(append())
                .isEqualTo(new Result.NoSpace(directory.resolve("kafka").toString()));
        assertThat(views.views().main().snapshot().get(TestCluster.configMapKey("disk", "map-1")))
                .isNotNull();
        Files.delete(other);

        await().until(() -> append() instanceof Result.Committed);
        assertThat(cluster.broker().running()).isTrue();
    }

    @Test
    void aDiskFilledToTheLastByteStopsTheBrokerUntilThereIsSpace() throws Exception {
        assertThat(append()).isInstanceOf(Result.Committed.class);
        JournalAppender unaware = TestCluster.appender(views, "unaware");

        Path other = fill(0);
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                while (cluster.broker().running()) {
                    unaware.append(TestCluster.configMap("disk", "blind-" + names.incrementAndGet(), 0, "x"));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        await().atMost(Duration.ofSeconds(30)).until(() -> !cluster.broker().running());
        assertThat(append()).isInstanceOf(Result.NoSpace.class);
        assertThat(views.views().main().snapshot().get(TestCluster.configMapKey("disk", "map-1")))
                .isNotNull();
        Files.delete(other);

        await().atMost(Duration.ofSeconds(60)).until(() -> append() instanceof Result.Committed);
        assertThat(cluster.broker().running()).isTrue();
        writer.interrupt();
        unaware.close();
        assertThat(new VerifyHost(cluster.endpoint(KafkaUser.ADMIN), cluster.registry(), TestCluster.PATIENCE)
                        .now()
                        .equal())
                .isTrue();
    }

    private Result append() throws InterruptedException {
        return appender.append(TestCluster.configMap("disk", "map-" + names.incrementAndGet(), 0, "x"));
    }

    /// Another program's file: takes all space but `left` bytes.
    private Path fill(long left) throws IOException {
        Path file = directory.resolve("other");
        byte[] block = new byte[64 * 1024];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (Files.getFileStore(directory).getUsableSpace() > left) {
                out.write(block);
            }
        } catch (IOException full) {
            assertThat(left).isZero();
        }
        return file;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
