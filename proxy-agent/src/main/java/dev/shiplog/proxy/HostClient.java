package dev.shiplog.proxy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Runs the programs that administer a host's network, on this host or, with a prefix such as `ip netns exec NAME`, in
/// a
/// network namespace. Safe for any thread.
final class HostClient {
    private final List<String> prefix;

    HostClient(List<String> prefix) {
        this.prefix = List.copyOf(prefix);
    }

    /// What a program printed on both of its outputs, and its exit code.
    record Answer(int code, String text) {}

    Answer run(String input, String... program) {
        var command = new ArrayList<>(prefix);
        command.addAll(List.of(program));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (var stdin = process.outputWriter(StandardCharsets.UTF_8)) {
                stdin.write(input);
            }
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(process.waitFor(), text.strip());
        } catch (IOException problem) {
            return new Answer(-1, String.valueOf(problem.getMessage()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Answer(-1, "interrupted");
        }
    }

    void mustRun(String... program) throws IOException {
        Answer answer = run("", program);
        if (answer.code() != 0) {
            throw new IOException("%s: %s".formatted(String.join(" ", program), answer.text()));
        }
    }
}
