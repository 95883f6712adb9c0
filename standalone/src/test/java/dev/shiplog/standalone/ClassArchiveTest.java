package dev.shiplog.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.standalone.Installation.Purpose;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A class archive is taken where there is one, and is never a reason to fail or to say anything
/// ([JEP 483](https://openjdk.org/jeps/483): without a cache that fits, a JVM starts as it always did).
class ClassArchiveTest {
    private static final long ENDS_WITHIN_SECONDS = 120;

    @TempDir
    private Path root = Path.of("");

    @BeforeEach
    void makeAClone() throws IOException {
        Path jvm = root.resolve("standalone/src/main/jvm");
        Files.createDirectories(jvm);
        Files.createDirectories(root.resolve("standalone/target"));
        for (String file : List.of("cli.options", "server.options")) {
            Files.copy(Path.of("src/main/jvm").resolve(file), jvm.resolve(file));
        }
    }

    @Test
    void eachPurposeHasItsOwnArchive() throws IOException {
        Path archive = Files.createFile(root.resolve("standalone/target/server.aot"));

        assertThat(Installation.jvm(root, Purpose.SERVER, "Main", List.of())).contains("-XX:AOTCache=" + archive);
        assertThat(Installation.jvm(root, Purpose.CLI, "Main", List.of()))
                .noneMatch(argument -> argument.startsWith("-XX:AOTCache"));
    }

    @Test
    void anArchiveThatDoesNotFitIsPassedOverInSilence() throws Exception {
        for (Purpose purpose : Purpose.values()) {
            Files.writeString(root.resolve("standalone/target/" + purpose.text() + ".aot"), "no archive");
            assertAnswers(purpose);
        }
    }

    /// stdout is the answer and nothing else, stderr is empty, and the exit code is that of `status` of nothing.
    private void assertAnswers(Purpose purpose) throws IOException, InterruptedException {
        File out = root.resolve("out").toFile();
        File err = root.resolve("err").toFile();
        List<String> command = Installation.jvm(
                root,
                purpose,
                Main.class.getName(),
                List.of("status", "--json", "--data", root.resolve("data").toString()));
        Process process = new ProcessBuilder(command)
                .redirectOutput(out)
                .redirectError(err)
                .start();
        assertThat(process.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(out.toPath(), StandardCharsets.UTF_8)).isEqualTo("{\"running\":false}\n");
        assertThat(err).isEmpty();
        assertThat(process.exitValue()).isEqualTo(1);
    }
}
