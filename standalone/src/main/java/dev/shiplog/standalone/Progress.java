package dev.shiplog.standalone;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/// Tells the person who waits what is ready, and after how many seconds since the JVM started.
final class Progress {
    private final PrintStream out;
    private final long startMillis = ManagementFactory.getRuntimeMXBean().getStartTime();

    Progress(PrintStream out) {
        this.out = out;
    }

    double seconds() {
        return (System.currentTimeMillis() - startMillis) / 1000.0;
    }

    void ready(String component) {
        out.printf(Locale.ROOT, "shiplog: %-12s ready  %5.1f s%n", component, seconds());
    }

    /// Hands on what another process of ours said.
    void pass(String text) {
        out.print(text);
        out.flush();
    }

    void say(String line) {
        out.println("shiplog: " + line);
    }
}
