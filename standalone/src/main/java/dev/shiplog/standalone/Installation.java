package dev.shiplog.standalone;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Where this program's own files are, as the script `shiplog` told.
final class Installation {

    private Installation() {}

    static Path root() {
        String root = System.getenv("SHIPLOG_ROOT");
        return Path.of(root == null ? "." : root).toAbsolutePath().normalize();
    }

    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /// The command line of another JVM of this build.
    static List<String> jvm(String optionsFile, List<String> extra, String mainClass, List<String> arguments) {
        Path options = root().resolve("standalone/src/main/jvm/" + optionsFile);
        String more = System.getenv().getOrDefault("SHIPLOG_JAVA_OPTS", "").strip();
        Stream<String> user = more.isEmpty() ? Stream.of() : Stream.of(more.split("\\s+"));
        return Stream.of(
                        Stream.of(java().toString(), "@" + options),
                        extra.stream(),
                        user,
                        Stream.of("-cp", System.getProperty("java.class.path"), mainClass),
                        arguments.stream())
                .flatMap(part -> part)
                .toList();
    }
}
