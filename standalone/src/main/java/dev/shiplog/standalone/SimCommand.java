package dev.shiplog.standalone;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shiplog.store.sim.Sim;
import dev.shiplog.store.sim.SimReport;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `shiplog sim`: the store protocol under a seeded storm of crashes, with its invariants checked after every step.
@Command(name = "sim", description = "Simulate the store protocol with crashes, from a seed.")
final class SimCommand implements Callable<Integer> {
    private static final int STEPS_MAX = 100_000_000;

    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads the flags that every command has into it
    private Common common = new Common();

    @Option(names = "--seed", paramLabel = "N", required = true, description = "the same seed gives the same run")
    private long seed;

    @Option(names = "--steps", paramLabel = "M", description = "how many steps (default: 50000)")
    private int steps = 50_000;

    @Override
    public Integer call() {
        if (steps < 1 || steps > STEPS_MAX) {
            throw new Stop(ExitCode.USAGE, "--steps is %d".formatted(steps), "Give a number from 1 to " + STEPS_MAX);
        }
        SimReport report = Sim.run(seed, steps);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("seed", report.seed()).put("steps", report.steps()).put("crashes", report.crashes());
        answer.put("invariantChecks", report.invariantChecks());
        ArrayNode violations = answer.putArray("violations");
        report.violations().forEach(violations::add);
        answer.put("stateHash", report.stateHash());
        System.out.println(answer);
        if (report.violations().isEmpty()) {
            return ExitCode.DONE.code();
        }
        System.err.println("shiplog: an invariant was violated with seed %d. Run ./shiplog sim --seed %d --steps %d."
                .formatted(seed, seed, steps));
        return ExitCode.FAILED.code();
    }
}
