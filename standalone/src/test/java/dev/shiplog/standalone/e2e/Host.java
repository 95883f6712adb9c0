package dev.shiplog.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A host of its own, as far as a program can see: network, mounts, IPC and processes.
final class Host implements AutoCloseable {
    private final Process init;
    private final Path data;
    private final Shell shell;

    private Host(Process init, Path data, Shell shell) {
        this.init = init;
        this.data = data;
        this.shell = shell;
    }

    static Host open() throws IOException {
        Path root = Path.of("..").toAbsolutePath().normalize();
        Path data = Files.createTempDirectory("shiplog-e2e-host-");
        // Its first process reaps what others leave, as an init does: bash does that while it waits for a line.
        Process init = new ProcessBuilder(
                        "unshare",
                        "--pid",
                        "--fork",
                        "--kill-child",
                        "--mount-proc",
                        root.resolve("standalone/src/test/sh/in-namespaces.sh").toString(),
                        "bash",
                        "-c",
                        "echo here; read -r _")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(init.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("here");
        long first = init.children().findFirst().orElseThrow().pid();
        List<String> enter =
                List.of("nsenter", "-t", String.valueOf(first), "-n", "-m", "-i", "-p", "--wd=" + root, "--");
        return new Host(
                init,
                data,
                new Shell(root, Map.of("SHIPLOG_DATA", data.resolve("data").toString()), enter));
    }

    Shell shell() {
        return shell;
    }

    @Override
    public void close() throws IOException {
        init.destroyForcibly();
        Files.deleteIfExists(data);
    }
}
