package dev.shiplog.standalone.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// What the kernel says of a process, proc(5).
final class Proc {
    /// USER_HZ, which is 100 wherever Linux runs a JVM.
    private static final double TICKS_PER_SECOND = 100;

    private static final Pattern FIELDS = Pattern.compile(" ");

    private Proc() {}

    /// User and system time since its start.
    static double cpuSeconds(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/%d/stat".formatted(pid)));
        List<String> fields = stat.substring(stat.lastIndexOf(')') + 2)
                .lines()
                .flatMap(FIELDS::splitAsStream)
                .toList();
        return (Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12))) / TICKS_PER_SECOND;
    }

    static double cpuSeconds(List<Long> pids) throws IOException {
        double sum = 0;
        for (long pid : pids) {
            sum += cpuSeconds(pid);
        }
        return sum;
    }

    static long rssMiB(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/%d/status".formatted(pid)))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1_024;
            }
        }
        return 0;
    }

    /// Kills a child and waits until it is gone: nobody will use what it leaves.
    static void end(Process child) {
        child.destroyForcibly();
        try {
            child.waitFor();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
