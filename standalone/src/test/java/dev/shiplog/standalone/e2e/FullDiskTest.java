package dev.shiplog.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/// A cluster whose Kafka lies on a disk of 300 MiB, and what its clients see when that is full.
@Tag("e2e")
@Tag("one-process")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FullDiskTest {
    private static final int RESERVE_MIB = 32;
    private static final String MAP = "/api/v1/namespaces/default/configmaps/disk-0";

    private final Cluster cluster;
    private final Path disk;
    private int names;

    FullDiskTest() throws Exception {
        cluster = Cluster.hollow(1, 21_000);
        disk = cluster.data().resolve("kafka");
    }

    @BeforeAll
    void start() throws Exception {
        cluster.run("mkdir %1$s && mount -t tmpfs -o size=300m tmpfs %1$s".formatted(disk))
                .succeeded();
        cluster.up();
    }

    @AfterAll
    void end() {
        cluster.run("./shiplog down && umount %s".formatted(disk)).succeeded();
        cluster.close();
    }

    @Test
    @Order(1)
    void belowTheReserveWritesAreRefusedAndReadsGoOn() throws Exception {
        try (AdminClient admin = cluster.admin()) {
            assertThat(create(admin).code()).isEqualTo(201);
            String pids = cluster.status().path("pids").toString();

            fill(RESERVE_MIB / 2);

            await().until(() -> create(admin).code() == 507);
            AdminClient.Answer refused = create(admin);
            assertThat(refused.code()).isEqualTo(507);
            assertThat(refused.json().path("kind").asText()).isEqualTo("Status");
            assertThat(refused.json().path("status").asText()).isEqualTo("Failure");
            assertThat(refused.json().path("code").asInt()).isEqualTo(507);
            assertThat(refused.json().path("message").asText()).contains(disk.toString());
            assertThat(read(admin).code()).isEqualTo(200);

            empty();

            await().until(() -> create(admin).code() == 201);
            assertThat(cluster.status().path("pids")).hasToString(pids);
        }
    }

    @Test
    @Order(2)
    void filledToTheLastByteTheBrokerRecoversByItself() throws Exception {
        try (AdminClient admin = cluster.admin()) {
            String pids = cluster.status().path("pids").toString();

            fill(0);

            await().atMost(Duration.ofSeconds(60)).until(this::brokerGaveUp);
            assertThat(create(admin).code()).isEqualTo(507);
            // The newest state is not to be had without the journal; what was the state a moment ago is.
            assertThat(admin.get(MAP + "?resourceVersion=0").code()).isEqualTo(200);

            empty();

            await().atMost(Duration.ofSeconds(90)).until(() -> create(admin).code() == 201);
            assertThat(cluster.status().path("pids")).hasToString(pids);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> cluster.run("./shiplog verify --json").code() == 0);
        }
    }

    private boolean brokerGaveUp() throws Exception {
        // A log is there once something was said in it.
        Path log = cluster.data().resolve("logs/store.log");
        return Files.exists(log) && Files.readString(log).contains("the embedded broker gives up");
    }

    private AdminClient.Answer create(AdminClient admin) throws Exception {
        return admin.createMap("default", "disk-" + names++, "x");
    }

    private static AdminClient.Answer read(AdminClient admin) throws Exception {
        return admin.get(MAP);
    }

    /// Another program's file takes all space but `leftMiB`.
    private void fill(int leftMiB) {
        String free = "$(($(df -B1 --output=avail %s | tail -n 1) - %d))".formatted(disk, (long) leftMiB << 20);
        String command = leftMiB == 0
                ? "! dd if=/dev/zero of=%s/other bs=64K".formatted(disk)
                : "fallocate -l %s %s/other".formatted(free, disk);
        cluster.run(command).succeeded();
    }

    private void empty() {
        cluster.run("rm %s/other".formatted(disk)).succeeded();
    }
}
