package dev.shiplog.store.sim;

import java.util.SplittableRandom;

/// The simulator: a whole store in one thread, in which everything that can go wrong does, in an order that a
/// seed decides. After every step the invariants are checked.
public final class Sim {

    private Sim() {}

    /// Runs so many steps, or until the first violation.
    public static SimReport run(long seed, long steps) {
        var checks = new Checks();
        var world = new World(new SplittableRandom(seed), checks);
        try {
            for (long step = 1; step <= steps && checks.allHold(); step++) {
                checks.atStep(step);
                world.step();
            }
            if (checks.allHold()) {
                world.rest();
            }
        } catch (RuntimeException | AssertionError fault) {
            checks.violated(fault + " at " + where(fault));
        }
        return new SimReport(seed, steps, world.crashes(), checks.count(), checks.violations(), world.hash());
    }

    private static String where(Throwable fault) {
        StackTraceElement[] trace = fault.getStackTrace();
        return trace.length == 0 ? "an unknown place" : trace[0].toString();
    }
}
