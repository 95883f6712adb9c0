package dev.shiplog.standalone;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The archive of loaded classes that makes a JVM start sooner, if there is one of this build.
final class Archive {

    private Archive() {}

    static List<String> options() {
        Path archive = Installation.root().resolve("standalone/target/shiplog.jsa");
        return Files.exists(archive)
                ? List.of("-XX:SharedArchiveFile=" + archive, "-Xshare:auto", "-Xlog:cds=off", "-Xlog:cds+dynamic=off")
                : List.of();
    }
}
