package dev.shiplog.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// Runs programs as a person at a terminal would.
final class Shell {
    private static final Duration PATIENCE = Duration.ofMinutes(6);

    private final Path directory;
    private final Map<String, String> environment;

    private final List<String> prefix;

    Shell(Path directory, Map<String, String> environment) {
        this(directory, environment, List.of());
    }

    /// @param prefix what each command line begins with
    Shell(Path directory, Map<String, String> environment, List<String> prefix) {
        this.directory = directory;
        this.environment = Map.copyOf(environment);
        this.prefix = List.copyOf(prefix);
    }

    String environment(String name) {
        return Objects.requireNonNull(environment.get(name), name);
    }

    /// How a program ended, and what it printed on each output.
    record Ended(int code, String out, String err) {
        Ended succeeded() {
            assertThat(code).as("exit code; stdout: %s; stderr: %s", out, err).isZero();
            return this;
        }
    }

    /// Runs one bash command line.
    Ended run(String line) {
        return run(List.of("bash", "-c", line));
    }

    Ended run(List<String> command) {
        Path out = null;
        Path err = null;
        try {
            out = Files.createTempFile("out", ".txt");
            err = Files.createTempFile("err", ".txt");
            Process process = builder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            assertThat(ended)
                    .as("%s ended within %s; stderr: %s", command, PATIENCE, Files.readString(err))
                    .isTrue();
            return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        } catch (InterruptedException problem) {
            Thread.currentThread().interrupt();
            throw new AssertionError(problem);
        } finally {
            delete(out);
            delete(err);
        }
    }

    /// Starts a command line that goes on in the background, with its output in `log`.
    Process start(String line, Path log) throws IOException {
        return builder(List.of("bash", "-c", "exec " + line))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private ProcessBuilder builder(List<String> command) {
        var whole = new ArrayList<>(prefix);
        whole.addAll(command);
        var builder = new ProcessBuilder(whole).directory(directory.toFile()).redirectInput(new File("/dev/null"));
        builder.environment().putAll(new HashMap<>(environment));
        return builder;
    }

    private static void delete(@org.jspecify.annotations.Nullable Path file) {
        if (file != null) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException problem) {
                throw new UncheckedIOException(problem);
            }
        }
    }

    static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
