package dev.shiplog.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// One long run: its time, and what it counted, left in `target/soak` for the report.
public final class SoakRun {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;
    private final long startNanos = System.nanoTime();
    private final ObjectNode counts = JSON.createObjectNode();

    public SoakRun(String name) {
        this.name = name;
    }

    public boolean isYoungerThan(Duration age) {
        return System.nanoTime() - startNanos < age.toNanos();
    }

    public SoakRun counted(String what, long count) {
        counts.put(what, count);
        return this;
    }

    /// Leaves the result. Called when everything held; a run that failed leaves none.
    public void passed() throws IOException {
        ObjectNode run = JSON.createObjectNode();
        run.put("run", name).put("seconds", (System.nanoTime() - startNanos) / 1_000_000_000);
        run.set("counts", counts);
        Path directory = Files.createDirectories(Path.of("target", "soak"));
        Files.writeString(directory.resolve(name + ".json"), run.toString());
    }
}
