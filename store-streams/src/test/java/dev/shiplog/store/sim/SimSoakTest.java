package dev.shiplog.store.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.store.SoakRun;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("soak")
class SimSoakTest {
    private static final Duration SHORT_FOR = Duration.ofMinutes(5);
    private static final Duration LONG_FOR = Duration.ofMinutes(3);

    /// Seeds that no other tier runs; the first that fails is named.
    @Test
    void noInvariantIsViolatedUnderManySeeds() throws Exception {
        run("sim-many-seeds", SHORT_FOR, 1_000, 20_000);
    }

    /// Fewer worlds that grow old: sessions end, checkpoints and truncations come by the hundred.
    @Test
    void noInvariantIsViolatedInOldWorlds() throws Exception {
        run("sim-old-worlds", LONG_FOR, 500, 300_000);
    }

    private static void run(String name, Duration atMost, long firstSeed, long steps) throws Exception {
        var run = new SoakRun(name);
        long seeds = 0;
        long checks = 0;
        long crashes = 0;
        do {
            SimReport report = Sim.run(firstSeed + seeds, steps);
            assertThat(report.violations())
                    .as("./shiplog sim --seed %d --steps %d", firstSeed + seeds, steps)
                    .isEmpty();
            seeds++;
            checks += report.invariantChecks();
            crashes += report.crashes();
        } while (run.isYoungerThan(atMost));
        run.counted("firstSeed", firstSeed)
                .counted("seeds", seeds)
                .counted("steps", seeds * steps)
                .counted("invariantChecks", checks)
                .counted("crashes", crashes)
                .counted("violations", 0)
                .passed();
    }
}
