package dev.shiplog.store.journal;

import static dev.shiplog.store.journal.Sample.put;
import static dev.shiplog.store.journal.Sample.transaction;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.journal.Identity;
import dev.shiplog.journal.Jump;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BeginningTest {
    private static final UUID TOPIC = new UUID(3, 3);

    private final Replica replica = Replica.opened();

    @Test
    void aNewJournalIsNamed() {
        var expected = new Beginning.Expected("cluster", TOPIC, 0);

        assertThat(Beginning.of(expected, State.EMPTY))
                .isEqualTo(new Beginning.Unnamed(new Identity("cluster", TOPIC.toString(), null, null)));
    }

    @Test
    void theExpectedJournalIsKnown() {
        replica.given(new Identity("cluster", TOPIC.toString(), null, null));

        assertThat(Beginning.of(new Beginning.Expected("cluster", TOPIC, 0), replica.state()))
                .isEqualTo(new Beginning.Known());
    }

    @Test
    void refusesAnotherTopicAnotherClusterAndALostEnd() {
        replica.given(new Identity("cluster", TOPIC.toString(), null, null));
        replica.given(transaction(List.of(), put("a", 0, "x")));

        assertThat(List.of(
                        Beginning.of(new Beginning.Expected("cluster", new UUID(4, 4), 0), replica.state()),
                        Beginning.of(new Beginning.Expected("other", TOPIC, 0), replica.state()),
                        Beginning.of(new Beginning.Expected("cluster", TOPIC, 2), replica.state())))
                .allSatisfy(beginning -> assertThat(beginning).isInstanceOf(Beginning.Refused.class));
    }

    @Test
    void jumpsBeyondWhatMayHaveBeenGivenOut() {
        assertThat(Beginning.jump(10, 60)).isEqualTo(new Jump(10 + (1L << 32)));
        assertThat(Beginning.jump(10, 1_000_000)).isEqualTo(new Jump(10 + 20_000L * 1_000_000));
    }
}
