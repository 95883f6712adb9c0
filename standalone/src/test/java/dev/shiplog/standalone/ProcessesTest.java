package dev.shiplog.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who runs what, however a process ended.
class ProcessesTest {
    @TempDir
    private Path directory = Path.of("");

    private Data data = new Data(directory);
    private Processes processes = new Processes(data);

    @BeforeEach
    void open() {
        data = new Data(directory);
        data.open();
        processes = new Processes(data);
    }

    @Test
    void aKilledProcessDoesNotRunThoughNobodyAskedForItYet() throws Exception {
        // bash starts a child and turns into a program that never waits for it: once killed, the child stays a zombie.
        Process parent = new ProcessBuilder("bash", "-c", "sleep 300 & echo $!; exec sleep 300").start();
        try (BufferedReader said = parent.inputReader(StandardCharsets.UTF_8)) {
            long child = Long.parseLong(Objects.requireNonNull(said.readLine()));
            ObjectNode report =
                    report(child, ProcessState.of(child).orElseThrow().startTicks(), Role.BROKER);
            await().until(() -> Files.readString(Path.of("/proc/%d/comm".formatted(parent.pid())))
                    .startsWith("sleep"));
            assertThat(processes.living()).hasSize(1);

            kill9(child);

            await().untilAsserted(() -> assertThat(Files.readString(Path.of("/proc/%d/stat".formatted(child))))
                    .contains(") Z "));
            assertThat(ProcessHandle.of(child))
                    .as("what the JDK says of a zombie")
                    .get()
                    .matches(ProcessHandle::isAlive);
            assertThat(processes.living()).isEmpty();
            assertThat(Processes.is(report, ProcessState::ended)).isTrue();
        } finally {
            parent.destroyForcibly().waitFor();
        }
    }

    @Test
    void aProcessThatWasKilledButHasNotNoticedYetDoesNotRun() throws Exception {
        // A stopped process that is traced cannot be had without a tracer; the kernel's own words have to do.
        assertThat(new ProcessState('R', 0x400100, 80, 7, true).runs()).isFalse();
        assertThat(new ProcessState('R', 0x400104, 80, 7, false).runs()).isFalse();
        assertThat(new ProcessState('S', 0x400100, 80, 7, false).runs()).isTrue();
    }

    @Test
    void aProcessWhoseFirstThreadAloneEndedStillHoldsWhatItHeld() {
        var dying = new ProcessState('Z', 0x40010c, 12, 7, false);

        assertThat(dying.runs()).isFalse();
        assertThat(dying.ended()).isFalse();
    }

    @Test
    void anotherProcessWithTheSameNumberIsNotMistakenForIt() throws Exception {
        long self = ProcessHandle.current().pid();
        report(self, ProcessState.of(self).orElseThrow().startTicks() - 1, Role.BROKER);

        assertThat(processes.living()).isEmpty();
    }

    @Test
    void aRoleWhoseHolderWasKilledIsWaitedForAndTaken() throws Exception {
        Process holder = holder(Role.BROKER);
        try {
            CompletableFuture<Processes.Claim> claim = CompletableFuture.supplyAsync(() -> claim(Role.BROKER));
            assertThat(claim).isNotDone();

            holder.destroyForcibly();

            try (Processes.Claim taken = claim.get(20, TimeUnit.SECONDS)) {
                assertThat(taken.taken()).containsExactly(Role.BROKER);
                assertThat(taken.heldByOthers()).isEmpty();
            }
        } finally {
            holder.destroyForcibly().waitFor();
        }
    }

    @Test
    void aRoleWhoseHolderSaysThatItRunsIsLeftToIt() throws Exception {
        Process holder = holder(Role.BROKER);
        try {
            report(holder.pid(), ProcessState.of(holder.pid()).orElseThrow().startTicks(), Role.BROKER);

            try (Processes.Claim claim = claim(Role.BROKER)) {
                assertThat(claim.taken()).isEmpty();
                assertThat(claim.heldByOthers()).containsExactly(Role.BROKER);
            }
        } finally {
            holder.destroyForcibly().waitFor();
        }
    }

    @Test
    void aProcessThatGetsNoRoleSaysSoAndIsDone() throws Exception {
        Process holder = holder(Role.REGISTRY);
        try {
            report(holder.pid(), ProcessState.of(holder.pid()).orElseThrow().startTicks(), Role.REGISTRY);
            var said = new ByteArrayOutputStream();

            int code = new Launcher(
                            data, new UpOptions(), new Progress(new PrintStream(said, true, StandardCharsets.UTF_8)))
                    .run(EnumSet.of(Role.REGISTRY));

            assertThat(code).isZero();
            assertThat(said.toString(StandardCharsets.UTF_8))
                    .isEqualTo("shiplog: already running in %s: registry\n".formatted(data.directory()));
        } finally {
            holder.destroyForcibly().waitFor();
        }
    }

    private Processes.Claim claim(Role role) {
        try {
            return processes.claim(EnumSet.of(role));
        } catch (InterruptedException problem) {
            throw new AssertionError(problem);
        }
    }

    /// Another JVM that holds a role and says nothing of itself.
    private Process holder(Role role) throws IOException {
        Process holder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        data.processes().resolve(role.text() + ".lock").toString()))
                .start();
        assertThat(holder.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("held");
        return holder;
    }

    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws Exception {
            try (FileChannel channel = FileChannel.open(
                            Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                System.out.println(lock.isValid() ? "held" : "not held");
                System.in.read();
            }
        }
    }

    private ObjectNode report(long pid, long startTicks, Role role) throws IOException {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        report.put("pid", pid).put("processStart", startTicks);
        report.putArray("roles").add(role.text());
        Files.writeString(data.processes().resolve(pid + ".json"), report.toString());
        return report;
    }

    private static void kill9(long pid) {
        assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
    }
}
