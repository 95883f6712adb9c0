package dev.shiplog.standalone;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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

    /// What a JVM of this build is for: its options, and the class archive that it starts from, are called so.
    enum Purpose {
        /// The cluster.
        SERVER,
        /// A command, or a load generator.
        CLI;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// The command line of another JVM of this build.
    static List<String> jvm(Purpose purpose, String mainClass, List<String> arguments) {
        return jvm(root(), purpose, mainClass, arguments);
    }

    static List<String> jvm(Path root, Purpose purpose, String mainClass, List<String> arguments) {
        Path options = root.resolve("standalone/src/main/jvm/" + purpose.text() + ".options");
        Path archive = root.resolve("standalone/target/" + purpose.text() + ".aot");
        String more = System.getenv().getOrDefault("SHIPLOG_JAVA_OPTS", "").strip();
        Stream<String> user = more.isEmpty() ? Stream.of() : Stream.of(more.split("\\s+"));
        return Stream.of(
                        Stream.of(java().toString(), "@" + options),
                        Files.exists(archive) ? Stream.of("-XX:AOTCache=" + archive) : Stream.<String>of(),
                        user,
                        Stream.of("-cp", System.getProperty("java.class.path"), mainClass),
                        arguments.stream())
                .flatMap(part -> part)
                .toList();
    }
}
