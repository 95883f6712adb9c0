package dev.shiplog.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shiplog.journal.JournalRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class JournalSchemaTest {
    private static final Path PUBLISHED = Path.of("..", "docs", "journal-1.avsc");
    private static final String REWRITE = "shiplog.rewrite";

    /// Rule version 1 names one exact schema, for ever. Only while no cluster has run on it may the file be rewritten.
    @Test
    void theSchemaOfRule1IsTheOneThatIsPublished() throws IOException {
        JsonNode schema = Json.parse(JournalRecord.SCHEMA.toString().getBytes(StandardCharsets.UTF_8));
        strip(schema);
        String text = schema.toPrettyString() + "\n";
        if (Boolean.getBoolean(REWRITE)) {
            Files.writeString(PUBLISHED, text);
        }

        assertThat(Files.readString(PUBLISHED))
                .as(
                        "docs/journal-1.avsc is what rule version 1 means: a changed body needs a new rule version and journal/2.avdl. "
                                + "If version 1 was never released, rewrite the file with -D" + REWRITE + "=true")
                .isEqualTo(text);
    }

    /// What only our own classes need is not published.
    private static void strip(JsonNode schema) {
        if (schema instanceof ObjectNode object) {
            object.remove(List.of("javaInterface", "javaType"));
        }
        schema.forEach(JournalSchemaTest::strip);
    }
}
