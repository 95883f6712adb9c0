package dev.shiplog.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What the script answers where a cluster with a real node runs already: INTERFACES 1.
@Tag("e2e")
@ExtendWith(Cluster.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalsTest {
    private final Cluster cluster;

    RefusalsTest(Cluster cluster) {
        this.cluster = cluster;
    }

    @Test
    void upOfWhatIsUpSaysSoAndIsDone() {
        long pid = cluster.status().path("pid").asLong();

        Shell.Ended up = cluster.run("./shiplog up --detach").succeeded();

        assertThat(up.err()).startsWith("shiplog: already running in " + cluster.data());
        assertThat(cluster.status().path("pid").asLong()).isEqualTo(pid);
    }

    @Test
    void aTakenPortIsRefused(@TempDir Path data) {
        Shell.Ended up = cluster.run("./shiplog up --detach --runtime hollow --data " + data);

        assertThat(up.code()).as(up.err()).isEqualTo(4);
        assertOneLine(up).matches("shiplog: port \\d+ of \\S+ cannot be used: .*\\. Stop what uses it, or .*\n");
    }

    @Test
    void aSecondClusterWithARealNodeIsRefused(@TempDir Path data) {
        Shell.Ended up = cluster.run("./shiplog up --detach --port-offset 11000 --data " + data);

        assertThat(up.code()).as(up.err()).isEqualTo(4);
        assertOneLine(up).startsWith("shiplog: another cluster with a real node runs on this host. ");
    }

    @Test
    void dataOfAnotherVersionIsRefused(@TempDir Path data) throws Exception {
        Files.writeString(data.resolve("format.json"), "{\"version\":2,\"clusterId\":\"x\"}\n");

        Shell.Ended up = cluster.run("./shiplog up --detach --data " + data);

        assertThat(up.code()).as(up.err()).isEqualTo(4);
        assertOneLine(up).contains(" is of another version of Shiplog. ");
    }

    @Test
    void wrongUsageIsTwoAndNothingRunningIsOne(@TempDir Path data) {
        assertThat(cluster.run("./shiplog up --no-such-flag").code()).isEqualTo(2);
        assertThat(cluster.run("./shiplog nonsense").code()).isEqualTo(2);
        assertThat(cluster.run("./shiplog").code()).isEqualTo(2);

        Shell.Ended status = cluster.run("./shiplog status --json --data " + data);
        assertThat(status.code()).isEqualTo(1);
        assertThat(status.out()).isEqualTo("{\"running\":false}\n");
        cluster.run("./shiplog down --data " + data).succeeded();
    }

    private static org.assertj.core.api.AbstractStringAssert<?> assertOneLine(Shell.Ended ended) {
        assertThat(ended.err().lines()).hasSize(1);
        return assertThat(ended.err());
    }
}
