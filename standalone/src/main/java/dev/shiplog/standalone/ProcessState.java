package dev.shiplog.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// What the kernel says of one process, proc(5) and proc_pid_stat(5).
///
/// A process that was killed is not gone at once: its threads end one after another, its files and locks are released
/// by
/// the last of them, and it stays as a zombie until its parent asks for it. [ProcessHandle#isAlive] is true all the
/// while.
///
/// @param startTicks when it started, in clock ticks since the machine did: with the pid it names the process for
///     ever, and unlike a time of day it is the same to every reader
/// @param threads how many of its threads are left, the first included
record ProcessState(char state, long flags, int threads, long startTicks, boolean killed) {
    /// `PF_EXITING`: it is on its way out.
    private static final long EXITING = 0x4;

    /// The bit of SIGKILL in the sets of signals.
    private static final long SIGKILL = 1L << 8;

    private static final int STATE = 0;
    private static final int FLAGS = 6;
    private static final int THREADS = 17;
    private static final int START = 19;

    /// Empty when there is no such process.
    static Optional<ProcessState> of(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/%d/stat".formatted(pid)));
            // The name before it may contain anything, blanks and brackets too.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ", -1);
            return Optional.of(new ProcessState(
                    fields[STATE].charAt(0),
                    Long.parseLong(fields[FLAGS]),
                    Integer.parseInt(fields[THREADS]),
                    Long.parseLong(fields[START]),
                    killed(pid)));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /// Whether it does its work: neither ended nor about to.
    boolean runs() {
        return !zombie() && !killed && (flags & EXITING) == 0;
    }

    /// Whether nothing of it is left but its entry: no thread, no open file, no lock, no port.
    boolean ended() {
        return zombie() && threads <= 1;
    }

    private boolean zombie() {
        return state == 'Z' || state == 'X';
    }

    private static boolean killed(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/%d/status".formatted(pid)))) {
            if (line.startsWith("SigPnd:") || line.startsWith("ShdPnd:")) {
                if ((Long.parseUnsignedLong(line.substring(7).strip(), 16) & SIGKILL) != 0) {
                    return true;
                }
            }
        }
        return false;
    }
}
