package dev.shiplog.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// INTERFACES 1: a flag beats the environment, which beats the file of `--config`.
class DefaultsTest {
    @TempDir
    private Path directory = Path.of("");

    private Path file = directory;

    @BeforeEach
    void writeTheFile() throws IOException {
        file = directory.resolve("config.yaml");
        Files.writeString(file, "hollow-nodes: 5\nport-offset: 100\nroles: [store, registry]\n");
    }

    @Test
    void theFileGivesWhatNothingElseSays() {
        assertThat(value("--hollow-nodes", Map.of())).isEqualTo(5);
        assertThat(value("--roles", Map.of())).isEqualTo(List.of("store", "registry"));
    }

    @Test
    void theEnvironmentBeatsTheFile() {
        assertThat(value("--hollow-nodes", Map.of("SHIPLOG_HOLLOW_NODES", "6"))).isEqualTo(6);
        assertThat(value("--port-offset", Map.of("SHIPLOG_HOLLOW_NODES", "6"))).isEqualTo(100);
    }

    @Test
    void theFlagBeatsBoth() {
        assertThat(value("--hollow-nodes", Map.of("SHIPLOG_HOLLOW_NODES", "6"), "--hollow-nodes", "7"))
                .isEqualTo(7);
    }

    @Test
    void theFileItselfIsNamedByTheEnvironmentToo() {
        var line = new CommandLine(new UpCommand());
        line.setDefaultValueProvider(new Defaults(Map.of("SHIPLOG_CONFIG", file.toString())));

        assertThat(option(line, "--hollow-nodes")).isEqualTo(5);
    }

    private Object value(String option, Map<String, String> environment, String... more) {
        String[] arguments = Stream.concat(Stream.of("--config", file.toString()), Stream.of(more))
                .toArray(String[]::new);
        var line = new CommandLine(new UpCommand());
        line.setDefaultValueProvider(new Defaults(environment, arguments));
        return option(line, option, arguments);
    }

    private static Object option(CommandLine line, String option, String... arguments) {
        return line.parseArgs(arguments).commandSpec().findOption(option).getValue();
    }
}
