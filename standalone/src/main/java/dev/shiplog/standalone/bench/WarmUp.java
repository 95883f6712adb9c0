package dev.shiplog.standalone.bench;

import java.io.IOException;
import java.util.List;

/// Load before anything is measured, until the compilers of all that take part are quiet: those of a new server take a
/// minute or two. A server without any, such as etcd, is ready as soon as the load is.
final class WarmUp {
    private static final int ROUNDS_MIN = 2;
    private static final int ROUNDS_MAX = 60;

    /// Of a core, over a round.
    private static final double QUIET = 0.1;

    private WarmUp() {}

    /// A few seconds of the load.
    interface Round {
        void run() throws IOException, InterruptedException;
    }

    /// Returns how many seconds it took.
    ///
    /// @param pids the processes that take part
    static double run(List<Long> pids, Round round) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        double share = 1;
        for (int count = 1; count <= ROUNDS_MAX && (count <= ROUNDS_MIN || share > QUIET); count++) {
            double before = compilerSeconds(pids);
            long since = System.nanoTime();
            round.run();
            share = (compilerSeconds(pids) - before) * 1e9 / (System.nanoTime() - since);
        }
        return (System.nanoTime() - begun) / 1e9;
    }

    private static double compilerSeconds(List<Long> pids) throws IOException {
        double sum = 0;
        for (long pid : pids) {
            sum += Proc.compilerSeconds(pid);
        }
        return sum;
    }
}
