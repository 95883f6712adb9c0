package dev.shiplog.store.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimTest {

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 42})
    void noInvariantIsViolated(long seed) {
        SimReport report = Sim.run(seed, 6_000);

        assertThat(report.violations()).isEmpty();
        assertThat(report.crashes()).isPositive();
        assertThat(report.invariantChecks()).isGreaterThan(6_000);
    }

    @Test
    void theSameSeedGivesTheSameHistory() {
        assertThat(Sim.run(7, 3_000)).isEqualTo(Sim.run(7, 3_000));
        assertThat(Sim.run(8, 3_000).stateHash()).isNotEqualTo(Sim.run(7, 3_000).stateHash());
    }

    @Tag("full")
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void noInvariantIsViolatedInALongRun(long seed) {
        assertThat(Sim.run(seed, 50_000).violations()).isEmpty();
    }
}
