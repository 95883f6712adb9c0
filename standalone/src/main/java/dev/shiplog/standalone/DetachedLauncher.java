package dev.shiplog.standalone;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// `up --detach`: starts another JVM in a session of its own, passes on what it says, and returns when it is ready.
final class DetachedLauncher {
    private static final long POLL_MILLIS = 20;

    private final Data data;
    private final Progress progress;

    DetachedLauncher(Data data, Progress progress) {
        this.data = data;
        this.progress = progress;
    }

    int start(List<String> arguments, Set<Role> wanted, Duration timeout) throws IOException, InterruptedException {
        Path console = data.logs()
                .resolve("console-%d.log".formatted(ProcessHandle.current().pid()));
        var foreground = new ArrayList<>(arguments);
        foreground.removeIf(argument -> argument.startsWith("--detach"));
        var command = new ArrayList<String>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            command.add("/usr/bin/setsid");
        }
        command.addAll(Installation.jvm(Installation.Purpose.SERVER, Main.class.getName(), foreground));
        Process child = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(console.toFile())
                .redirectErrorStream(true)
                .start();
        try (var said = new RandomAccessFile(console.toFile(), "r")) {
            return await(child, said, wanted, timeout);
        }
    }

    private int await(Process child, RandomAccessFile said, Set<Role> wanted, Duration timeout)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (System.nanoTime() < deadline) {
            if (child.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                passOn(said);
                return child.exitValue();
            }
            passOn(said);
            if (isReady(child.pid())) {
                passOn(said);
                return ExitCode.DONE.code();
            }
        }
        throw new Stop(
                ExitCode.TIMEOUT,
                "%s not ready after %d s".formatted(UpCommand.text(wanted), timeout.toSeconds()),
                "It goes on starting; look with ./shiplog status and ./shiplog logs");
    }

    private boolean isReady(long pid) {
        for (ObjectNode report : new Processes(data).living()) {
            if (report.path("pid").asLong() == pid) {
                return report.path("ready").asBoolean();
            }
        }
        return false;
    }

    private void passOn(RandomAccessFile said) throws IOException {
        long length = said.length() - said.getFilePointer();
        if (length > 0) {
            byte[] fresh = new byte[(int) length];
            said.readFully(fresh);
            progress.pass(new String(fresh, StandardCharsets.UTF_8));
        }
    }
}
