package dev.shiplog.standalone.bench;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// A closed loop of load: each of a number of workers does one operation after the other, first to warm up, then
/// measured.
final class ClosedLoop {
    /// The share of the measured time that warms up before it.
    private static final double WARM_UP = 0.4;

    /// One worker's operation; each worker has its own.
    interface Operation {
        void run() throws Exception;
    }

    interface Worker {
        Operation open(int worker) throws Exception;
    }

    private ClosedLoop() {}

    static LoadReport run(int workers, Duration measured, Worker worker) throws Exception {
        var measuring = new AtomicBoolean();
        var stop = new AtomicBoolean();
        var ready = new CountDownLatch(workers);
        var start = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Tally>> tallies = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                int number = i;
                tallies.add(threads.submit(() -> {
                    Operation operation = worker.open(number);
                    ready.countDown();
                    start.await();
                    return loop(operation, measuring, stop);
                }));
            }
            ready.await();
            start.countDown();
            TimeUnit.MILLISECONDS.sleep((long) (measured.toMillis() * WARM_UP));
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
