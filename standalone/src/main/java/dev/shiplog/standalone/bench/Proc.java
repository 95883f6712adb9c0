package dev.shiplog.standalone.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// What the kernel says of a process, proc(5).
final class Proc {
    /// USER_HZ, which is 100 wherever Linux runs a JVM.
    private static final double TICKS_PER_SECOND = 100;

    private static final Pattern FIELDS = Pattern.compile(" ");

    /// The names of HotSpot's threads, cut to 15 letters.
    private static final Pattern COMPILER = Pattern.compile("\\(C[12] CompilerThre\\)");

    private Proc() {}

    /// User and system time since its start.
    static double cpuSeconds(long pid) throws IOException {
        return cpuSecondsOf(Files.readString(Path.of("/proc/%d/stat".formatted(pid))));
    }

    /// The same of a JVM's compiler threads alone; 0 where there are none. One that has ended counts no more.
    static double compilerSeconds(long pid) throws IOException {
        double sum = 0;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/%d/task".formatted(pid)))) {
            for (Path task : tasks) {
                sum += compilerSecondsOf(task);
            }
        }
        return sum;
    }

    private static double compilerSecondsOf(Path task) {
        try {
            String stat = Files.readString(task.resolve("stat"));
            return COMPILER.matcher(stat).find() ? cpuSecondsOf(stat) : 0;
        } catch (IOException _) {
            // it has ended since it was listed
            return 0;
        }
    }

    private static double cpuSecondsOf(String stat) {
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
