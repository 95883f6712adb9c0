package dev.shiplog.standalone.bench;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// A closed loop of load: each of a number of workers does one operation after the other.
///
/// The `main` of a load generator hands over to it. Each line of the input asks for a round, `<workers>
/// <seconds>`. The answer is a line [#MEASURING] when the workers run and measuring begins, then a
/// [LoadReport]. It ends with the input. So one process, whose compiler is done at last, serves all rounds of a
/// case.
final class ClosedLoop {
    static final String MEASURING = "measuring";

    /// The share of the measured time that a round runs before it is measured.
    private static final double RAMP = 0.4;

    /// How many workers open at a time: a server that has just begun has enough to do with so many handshakes.
    private static final int OPENING_MAX = 8;

    /// One worker's operation; each worker has its own.
    interface Operation {
        void run() throws Exception;
    }

    interface Worker {
        Operation open(int worker) throws Exception;
    }

    private final Worker worker;
    private final List<Operation> operations = new ArrayList<>();

    private ClosedLoop(Worker worker) {
        this.worker = worker;
    }

    /// Serves rounds until the input ends.
    ///
    /// @param worker makes the operation of a worker when a round needs that many for the first time
    static void serve(Worker worker) throws Exception {
        var loop = new ClosedLoop(worker);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] round = line.split(" ", 2);
            loop.open(Integer.parseInt(round[0]));
            Duration measured = Duration.ofMillis((long) (1_000 * Double.parseDouble(round[1])));
            System.out.println(loop.round(Integer.parseInt(round[0]), measured).line());
        }
    }

    private void open(int workers) throws Exception {
        try (var threads = Executors.newFixedThreadPool(OPENING_MAX)) {
            List<Future<Operation>> opening = new ArrayList<>();
            for (int i = operations.size(); i < workers; i++) {
                int number = i;
                opening.add(threads.submit(() -> worker.open(number)));
            }
            for (Future<Operation> opened : opening) {
                operations.add(opened.get());
            }
        }
    }

    private LoadReport round(int workers, Duration measured) throws Exception {
        var measuring = new AtomicBoolean();
        var stop = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Tally>> tallies = new ArrayList<>();
            for (Operation operation : operations.subList(0, workers)) {
                tallies.add(threads.submit(() -> loop(operation, measuring, stop)));
            }
            TimeUnit.MILLISECONDS.sleep((long) (measured.toMillis() * RAMP));
            System.out.println(MEASURING);
            double cpu = cpuSeconds();
            long begin = System.nanoTime();
            measuring.set(true);
            TimeUnit.NANOSECONDS.sleep(measured.toNanos());
            measuring.set(false);
            double seconds = (System.nanoTime() - begin) / 1e9;
            cpu = cpuSeconds() - cpu;
            stop.set(true);
            return sum(tallies, seconds, cpu);
        }
    }

    private static LoadReport sum(List<Future<Tally>> tallies, double seconds, double cpu) throws Exception {
        long errors = 0;
        var parts = new ArrayList<long[]>();
        int count = 0;
        for (Future<Tally> future : tallies) {
            Tally tally = future.get();
            errors += tally.errors;
            parts.add(Arrays.copyOf(tally.nanos, tally.count));
            count += tally.count;
        }
        long[] all = new long[count];
        int at = 0;
        for (long[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return new LoadReport(count, seconds, errors, cpu, LoadReport.Latency.of(all));
    }

    private static final class Tally {
        private long[] nanos = new long[1_024];
        private int count;
        private long errors;

        void add(long value) {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, count * 2);
            }
            nanos[count++] = value;
        }
    }

    private static Tally loop(Operation operation, AtomicBoolean measuring, AtomicBoolean stop) {
        var tally = new Tally();
        while (!stop.get()) {
            long begin = System.nanoTime();
            try {
                operation.run();
                if (measuring.get()) {
                    tally.add(System.nanoTime() - begin);
                }
            } catch (Exception problem) {
                if (measuring.get()) {
                    tally.errors++;
                    if (tally.errors == 1) {
                        System.err.println("shiplog: an operation of the load failed: " + problem);
                    }
                }
            }
        }
        return tally;
    }

    private static double cpuSeconds() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime() / 1e9
                : 0;
    }
}
