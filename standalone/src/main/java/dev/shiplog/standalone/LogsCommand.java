package dev.shiplog.standalone;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `shiplog logs`: Shiplog's own logs, JSON lines.
@Command(name = "logs", description = "Print Shiplog's own logs.")
final class LogsCommand implements Callable<Integer> {
    private static final long POLL_MILLIS = 200;

    @Mixin
    private Common common = new Common();

    @Parameters(arity = "0..1", paramLabel = "ROLE", description = "one role; default: all")
    private @Nullable String role;

    @Option(
            names = {"-f", "--follow"},
            description = "go on as they grow")
    private boolean follow;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Data data = common.data();
        List<Role> roles = role == null ? List.of(Role.values()) : List.of(Role.parse(role));
        var tails = new ArrayList<Tail>();
        for (Role each : roles) {
            tails.add(new Tail(data.log(each)));
        }
        if (tails.stream().noneMatch(Tail::exists) && !follow) {
            throw new Stop(ExitCode.FAILED, "there are no logs under " + data.logs(), "Start the cluster first");
        }
        do {
            for (Tail tail : tails) {
                tail.printNew();
            }
            System.out.flush();
            if (follow) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        } while (follow);
        return ExitCode.DONE.code();
    }

    /// One file, and how much of it is printed. A file that shrank was rolled: it starts anew.
    private static final class Tail {
        private final Path file;
        private long position;

        Tail(Path file) {
            this.file = file;
        }

        boolean exists() {
            return Files.exists(file);
        }

        void printNew() throws IOException {
            if (!exists()) {
                return;
            }
            try (var open = new RandomAccessFile(file.toFile(), "r")) {
                if (open.length() < position) {
                    position = 0;
                }
                open.seek(position);
                byte[] buffer = new byte[65_536];
                for (int count = open.read(buffer); count > 0; count = open.read(buffer)) {
                    System.out.write(buffer, 0, count);
                    position += count;
                }
            }
        }
    }
}
