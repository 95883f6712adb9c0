package dev.shiplog.standalone;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;

/// What the long runs of the tier `soak` did, gathered from the file that each of them leaves in its module's
/// `target/soak`. It is written to `docs/soak.json`, to be committed with the release that it vouches for.
final class SoakReport {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final PathMatcher LEFT_BY_RUNS =
            FileSystems.getDefault().getPathMatcher("glob:**/target/soak/*.json");

    private SoakReport() {}

    static Path write(Path root, Instant started, TestStage stage) throws IOException {
        ObjectNode report = JSON.createObjectNode();
        report.put("commit", Version.commit());
        report.put("startedAt", started.truncatedTo(ChronoUnit.SECONDS).toString());
        report.put("seconds", Math.round(stage.seconds()));
        report.put("passed", stage.passed()).put("failed", stage.failed());
        ArrayNode runs = report.putArray("runs");
        for (Path file : files(root, FileTime.from(started))) {
            runs.add(JSON.readTree(Files.readAllBytes(file)));
        }
        Path file = root.resolve("docs/soak.json");
        Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n");
        return file;
    }

    private static List<Path> files(Path root, FileTime since) throws IOException {
        try (Stream<Path> all = Files.find(
                root,
                4,
                (path, attributes) -> attributes.isRegularFile()
                        && LEFT_BY_RUNS.matches(path)
                        && attributes.lastModifiedTime().compareTo(since) >= 0)) {
            return all.sorted().toList();
        }
    }
}
