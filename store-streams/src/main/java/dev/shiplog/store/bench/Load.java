package dev.shiplog.store.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// Closed-loop load: each writer does one operation after the other, first to warm up, then measured.
final class Load {
    /// The share of the measured time that warms up before it.
    private static final double WARM_UP = 0.4;

    private static final int SAMPLES_MAX = 2_000_000;

    /// One writer's next operation; it returns when it is done.
    interface Operation {
        void run(int writer) throws Exception;
    }

    private final int writers;
    private final Duration measured;
    private final Operation operation;
    private final AtomicInteger errors = new AtomicInteger();
    private volatile boolean counting;
    private volatile boolean over;

    Load(int writers, Duration measured, Operation operation) {
        this.writers = writers;
        this.measured = measured;
        this.operation = operation;
    }

    /// Runs it, and says what it came to as one line of JSON.
    String run() throws InterruptedException {
        long[][] samples = new long[writers][];
        CountDownLatch done = new CountDownLatch(writers);
        for (int i = 0; i < writers; i++) {
            int writer = i;
            Thread.ofVirtual().name("writer-" + i).start(() -> {
                samples[writer] = write(writer);
                done.countDown();
            });
        }
        Thread.sleep(Duration.ofMillis((long) (measured.toMillis() * WARM_UP)));
        double cpuBefore = cpuSeconds();
        long begun = System.nanoTime();
        counting = true;
        Thread.sleep(measured);
        counting = false;
        double seconds = (System.nanoTime() - begun) / 1e9;
        double cpu = cpuSeconds() - cpuBefore;
        over = true;
        done.await();
        return line(
                Arrays.stream(samples).flatMapToLong(Arrays::stream).sorted().toArray(), seconds, cpu);
    }

    private long[] write(int writer) {
        long[] mine = new long[1_024];
        int size = 0;
        while (!over) {
            long begun = System.nanoTime();
            try {
                operation.run(writer);
            } catch (Exception e) {
                if (errors.getAndIncrement() == 0) {
                    System.err.println("shiplog: an operation of the load failed: " + e);
                }
                continue;
            }
            if (counting && size < SAMPLES_MAX) {
                if (size == mine.length) {
                    mine = Arrays.copyOf(mine, size * 2);
                }
                mine[size++] = System.nanoTime() - begun;
            }
        }
        return Arrays.copyOf(mine, size);
    }

    private String line(long[] sorted, double seconds, double cpu) {
        String latency = String.format(
                Locale.ROOT,
                "{\"p50\":%.4f,\"p90\":%.4f,\"p99\":%.4f,\"max\":%.4f}",
                millis(sorted, 0.5),
                millis(sorted, 0.9),
                millis(sorted, 0.99),
                millis(sorted, 1));
        return String.format(
                Locale.ROOT,
                "{\"operations\":%d,\"seconds\":%.4f,\"errors\":%d,\"clientCpuSeconds\":%.4f,\"latencyMs\":%s}",
                sorted.length,
                seconds,
                errors.get(),
                cpu,
                latency);
    }

    /// The latency that `share` of all operations do not exceed.
    private static double millis(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, share * sorted.length)] / 1e6;
    }

    /// Processor time of this process so far.
    private static double cpuSeconds() {
        return ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .orElse(Duration.ZERO)
                        .toNanos()
                / 1e9;
    }
}
