package dev.shiplog.standalone;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Set;

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

    /// The last words of a start: what a person does next.
    void howToGoOn(Data data, Set<Role> roles, UpOptions options) {
        say("ready after %.1f s, in %s".formatted(seconds(), data.directory()));
        if (roles.contains(Role.API_SERVER)) {
            String where = data.directory().equals(Data.defaultDirectory()) ? "" : "--data " + data.directory() + " ";
            say("go on with: ./shiplog %skubectl get nodes   (end with: ./shiplog down%s)"
                    .formatted(where, where.isEmpty() ? "" : " --data " + data.directory()));
            say("note: Secret data lies in clear in the journal");
        }
        if (roles.contains(Role.NODE_AGENT) && options.runtime() == UpOptions.ContainerRuntime.HOLLOW) {
            say("note: the nodes are hollow, their pods run nothing"
                    + (UpOptions.isRoot() ? "" : "; a real node needs root"));
        }
    }

    void alreadyRunning(Data data, Set<Role> roles) {
        say("already running in %s: %s".formatted(data.directory(), UpCommand.text(roles)));
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
