package dev.shiplog.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DataTest {
    @Test
    void anOrdinaryUsersClusterLivesInTheHomeOfTheEnvironment() {
        assertThat(Data.defaultDirectory("ann", "/elsewhere")).isEqualTo(Path.of("/elsewhere/.local/share/shiplog"));
        assertThat(Data.defaultDirectory("root", "/elsewhere")).isEqualTo(Path.of("/var/lib/shiplog"));
        assertThat(Data.defaultDirectory().toString())
                .isIn("/var/lib/shiplog", System.getenv("HOME") + "/.local/share/shiplog");
    }
}
