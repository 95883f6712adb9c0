package dev.shiplog.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a person gets who types something wrong: an exit code and one line that says what to do.
class CommandLineTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream stdout = System.out;
    private final PrintStream stderr = System.err;

    @TempDir
    private Path data = Path.of("");

    @BeforeEach
    void listen() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void listenNoMore() {
        System.setOut(stdout);
        System.setErr(stderr);
    }

    @Test
    void anUnknownFlagIsWrongUsage() {
        assertThat(Main.run("up", "--no-such-flag")).isEqualTo(2);
        assertOneLine("--no-such-flag");
    }

    @Test
    void anUnknownRoleIsWrongUsageAndNamesTheRoles() {
        assertThat(Main.run("up", "--data", data.toString(), "--roles", "brooker"))
                .isEqualTo(2);
        assertOneLine("there is no role 'brooker'. Choose from broker, registry, api-server");
    }

    @Test
    void aHistoryThatNothingExplainsFailsAndShowsWhy() {
        String histories = "../store-streams/src/test/resources/histories/";

        assertThat(Main.run("check", "linearizable", histories + "good-concurrent.jsonl"))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualToIgnoringNewLines("{\"linearizable\":true,\"operations\":7,\"keys\":1}");
        out.reset();
        assertThat(Main.run("check", "linearizable", histories + "broken-stale-read.jsonl"))
                .isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("{\"linearizable\":false,\"counterexample\":[{\"process\":0,\"op\":\"create\"");
    }

    @Test
    void aHistoryThatIsNoneIsNamedWithItsLine() throws IOException {
        Path file = Files.writeString(data.resolve("history.jsonl"), "{}");

        assertThat(Main.run("check", "linearizable", file.toString())).isEqualTo(2);
        assertOneLine("history.jsonl: line 1 has no process. Give a history");
    }

    @Test
    void everyBadFlagIsNamedAtOnce() {
        assertThat(Main.run("up", "--data", data.toString(), "--hollow-nodes", "0", "--partitions", "0"))
                .isEqualTo(2);
        assertOneLine("--hollow-nodes is 0, must be 1..10000; --partitions is 0, must be 1..1024");
    }

    @Test
    void dataOfAnotherVersionIsRefused() throws IOException {
        Files.writeString(data.resolve("format.json"), "{\"version\":99,\"clusterId\":\"x\"}\n");

        assertThat(Main.run("up", "--data", data.toString(), "--runtime", "hollow"))
                .isEqualTo(4);

        assertOneLine("is of another version of Shiplog");
    }

    @Test
    void aPortInUseIsRefusedBeforeAnythingBegins() throws IOException {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int offset = other.getLocalPort() - 8081;
            assertThat(offset).as("ephemeral ports lie higher").isPositive();

            assertThat(Main.run(
                            "up",
                            "--data",
                            data.toString(),
                            "--roles",
                            "registry",
                            "--port-offset",
                            String.valueOf(offset)))
                    .isEqualTo(4);

            assertOneLine("port %d of 127.0.0.1 cannot be used".formatted(other.getLocalPort()));
            assertThat(data.resolve("run.json")).doesNotExist();
        }
    }

    @Test
    void upOfWhatRunsSaysSoAndIsDone() throws IOException {
        Files.createDirectories(data.resolve("run"));
        long self = ProcessHandle.current().pid();
        Files.writeString(
                data.resolve("run").resolve(self + ".json"),
                "{\"pid\":%d,\"processStart\":%d,\"roles\":[\"store\",\"registry\"]}"
                        .formatted(self, ProcessState.of(self).orElseThrow().startTicks()));

        assertThat(Main.run("up", "--data", data.toString(), "--roles", "registry"))
                .isZero();

        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("shiplog: already running in %s: registry\n".formatted(data));
    }

    @Test
    void aBenchmarkWithoutItsPeerIsAMissingPrerequisite() throws Exception {
        ProcessBuilder bench = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "bench",
                        "journal/put/fsync/1")
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .directory(data.toFile());
        bench.environment().put("PATH", data.toString());
        Process running = bench.start();
        running.getInputStream().transferTo(err);

        assertThat(running.waitFor()).isEqualTo(3);
        assertOneLine("no etcd found on PATH to measure beside. Install etcd-server, or give --peer none.");
    }

    @Test
    void statusOfNothingIsOneJsonObjectAndExitOne() {
        assertThat(Main.run("status", "--data", data.toString(), "--json")).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("{\"running\":false}\n");
    }

    @Test
    void downOfNothingIsDone() {
        assertThat(Main.run("down", "--data", data.resolve("nothing").toString()))
                .isZero();
    }

    @Test
    void aFlagComesFromTheConfigurationFileToo() throws IOException {
        Path config = data.resolve("config.yaml");
        Files.writeString(config, "hollow-nodes: 0\n");

        assertThat(Main.run("up", "--data", data.toString(), "--config", config.toString()))
                .isEqualTo(2);

        assertOneLine("--hollow-nodes is 0");
    }

    @Test
    void theVersionNamesTheKubernetesMinor() {
        assertThat(Main.run("--version")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .matches("shiplog \\d+\\.\\d+\\.\\d+ \\(kubernetes 1\\.36, commit .+\\)\n");
    }

    private void assertOneLine(String part) {
        String said = err.toString(StandardCharsets.UTF_8);
        assertThat(said).contains(part).startsWith("shiplog: ").endsWith(".\n");
        assertThat(said.lines()).hasSize(1);
    }
}
