package dev.shiplog.standalone.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Load before anything is measured, until the compilers of all that take part are quiet: those of a new server take a
/// minute or two. A server without any, such as etcd, is ready as soon as the load is.
final class WarmUp {
    private static final double ROUND_SECONDS = 3;
    private static final int ROUNDS_MIN = 2;
    private static final int ROUNDS_MAX = 60;

    /// Of a core, over a round.
    private static final double QUIET = 0.1;

    private WarmUp() {}

    /// Returns how many seconds it took.
    ///
    /// @param servers the processes that answer
    /// @param writers as many as will be measured: another number takes other ways through the code
    static double run(LoadProcess load, List<Long> servers, int writers) throws IOException, InterruptedException {
        var all = new ArrayList<>(servers);
        all.add(load.pid());
        long begun = System.nanoTime();
        double share = 1;
        for (int round = 1; round <= ROUNDS_MAX && (round <= ROUNDS_MIN || share > QUIET); round++) {
            double before = compilerSeconds(all);
            long since = System.nanoTime();
            BenchCase.Figure _ = load.run(writers, ROUND_SECONDS, () -> 0);
            share = (compilerSeconds(all) - before) * 1e9 / (System.nanoTime() - since);
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
