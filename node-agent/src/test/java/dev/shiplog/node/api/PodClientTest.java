package dev.shiplog.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shiplog.core.v1.PodCondition;
import dev.shiplog.core.v1.PodStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodClientTest {
    /// A strategic patch merges conditions by type, so what it does not name stays: a pod that became ready would go on
    /// saying why it was not.
    @Test
    void aReasonThatIsOverIsTakenBack() {
        var ready = PodCondition.builder().type("Ready").status("True").build();

        JsonNode condition = PodClient.tree(
                        PodStatus.builder().conditions(List.of(ready)).build())
                .path("conditions")
                .path(0);

        assertThat(condition.path("status").asText()).isEqualTo("True");
        assertThat(condition.path("reason").isNull()).isTrue();
        assertThat(condition.path("message").isNull()).isTrue();
    }
}
