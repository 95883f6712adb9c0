package dev.shiplog.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A data directory whose Kafka was lost, while Shiplog knows what it had acknowledged.
@Tag("e2e")
class LostJournalTest {
    private static final String UP =
            "./shiplog up --roles broker,registry,store,api-server --port-offset 4000 --no-install";

    private final Path data = Files.createTempDirectory("shiplog-lost-");
    private final Shell shell =
            new Shell(Path.of("..").toAbsolutePath().normalize(), Map.of("SHIPLOG_DATA", data.toString()));

    LostJournalTest() throws IOException {}

    @Test
    void anInstanceThatSawMoreThanTheJournalHasRefusesToServe() {
        try {
            shell.run(UP + " --detach").succeeded();
            shell.run("./shiplog down").succeeded();
            shell.run(UP + " --detach").succeeded();
            shell.run("./shiplog down").succeeded();
            assertThat(data.resolve("streams/checkpoints/main")).isNotEmptyDirectory();

            shell.run("rm -r %s/kafka".formatted(data)).succeeded();
            Shell.Ended refused = shell.run("timeout 120 " + UP);

            assertThat(refused.code()).isEqualTo(4);
            assertThat(refused.err()
                            .lines()
                            .filter(line -> line.startsWith("shiplog: the journal of main was the topic")))
                    .hasSize(1);
        } finally {
            shell.run("./shiplog down --purge").succeeded();
        }
    }
}
