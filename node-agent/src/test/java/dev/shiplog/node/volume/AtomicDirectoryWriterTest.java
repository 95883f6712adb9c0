package dev.shiplog.node.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.schemas.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicDirectoryWriterTest {
    @TempDir
    private Path directory;

    @Test
    void filesAppearChangeAndVanishTogether() throws IOException {
        var writer = new AtomicDirectoryWriter(directory, null);

        assertThat(writer.write(Map.of("a", file("1"), "deep/b", file("2")))).isTrue();
        assertThat(directory.resolve("a")).isSymbolicLink().hasContent("1");
        assertThat(directory.resolve("deep/b")).hasContent("2");

        assertThat(writer.write(Map.of("a", file("1"), "deep/b", file("2")))).isFalse();
        assertThat(writer.write(Map.of("a", file("changed"), "c", file("3")))).isTrue();
        assertThat(directory.resolve("a")).hasContent("changed");
        assertThat(directory.resolve("c")).hasContent("3");
        assertThat(Files.exists(directory.resolve("deep"))).isFalse();
        try (Stream<Path> generations = Files.list(directory)) {
            assertThat(generations.filter(each -> each.getFileName().toString().startsWith("..generation-")))
                    .hasSize(1);
        }
    }

    private static FileContent file(String text) {
        return new FileContent(Bytes.utf8(text), 0644);
    }
}
