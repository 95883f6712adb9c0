package dev.shiplog.node.probe;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.Probe;
import dev.shiplog.node.pod.Note;
import dev.shiplog.node.pod.ProbeState;
import dev.shiplog.node.probe.ProbeCounter.Verdict;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Probes one run of one container, each probe on a virtual thread of its own. The start probe goes first; the others
/// begin when it has succeeded.
public final class ProbeAgent implements AutoCloseable {
    /// Whom to ask, and whom to tell.
    public record Target(Container container, String runId, String address, Consumer<Note> notes, Runnable changed) {}

    /// A container that has just started is asked more often whether it is ready, so that nobody waits for a period's
    /// end.
    private static final int EAGER_MAX = 6;

    private static final Duration EAGER_FIRST = Duration.ofMillis(50);

    private final ProbeClient client;
    private final Target target;
    private final Duration age;
    private volatile boolean closed;
    private volatile boolean started;
    private volatile boolean ready;
    private volatile String kill = "";
    private final Thread thread;

    /// @param age how long the run has been running
    /// @param before what was known of this very run; started and ready unless the probes find otherwise
    public ProbeAgent(ProbeClient client, Target target, Duration age, ProbeState before) {
        this.client = client;
        this.target = target;
        this.age = age;
        this.started = before.started() || target.container().startupProbe() == null;
        this.ready = before.ready() || target.container().readinessProbe() == null;
        this.thread =
                Thread.ofVirtual().name("probe-" + target.container().name()).unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    public static boolean needed(Container container) {
        return container.startupProbe() != null
                || container.readinessProbe() != null
                || container.livenessProbe() != null;
    }

    public ProbeState state() {
        return new ProbeState(started, ready, kill);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        Container container = target.container();
        try {
            Probe startup = container.startupProbe();
            if (startup != null && !started) {
                follow(startup, "Startup", Verdict.UNKNOWN, this::startupFound);
            }
            if (closed || !started) {
                return;
            }
            Probe readiness = container.readinessProbe();
            @Nullable Thread beside = null;
            if (readiness != null) {
                Verdict now = ready ? Verdict.OK : Verdict.FAILED;
                beside = Thread.ofVirtual().start(() -> quietly(readiness, now));
            }
            try {
                Probe liveness = container.livenessProbe();
                if (liveness != null) {
                    follow(liveness, "Liveness", Verdict.OK, this::livenessFound);
                }
                if (beside != null) {
                    beside.join();
                }
            } finally {
                if (beside != null) {
                    beside.interrupt();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void quietly(Probe readiness, Verdict now) {
        try {
            follow(readiness, "Readiness", now, this::readinessFound);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// What to do with a verdict; false ends the probing.
    private interface Found {
        boolean verdict(Verdict verdict, String message);
    }

    private void follow(Probe probe, String name, Verdict verdict, Found found) throws InterruptedException {
        Duration delay = Duration.ofSeconds(probe.initialDelaySeconds()).minus(age);
        if (delay.isPositive()) {
            Thread.sleep(delay);
        }
        Duration period = Duration.ofSeconds(Math.max(1, probe.periodSeconds()));
        ProbeCounter counter = ProbeCounter.of(verdict);
        for (int n = 0; !closed; n++) {
            ProbeResult result = client.ask(probe, target.container(), target.runId(), target.address());
            if (closed) {
                return;
            }
            counter = counter.count(probe, result.ok());
            boolean fresh = name.equals("Readiness") && n < EAGER_MAX && counter.verdict() != Verdict.OK;
            if (!result.ok() && !fresh) {
                target.notes()
                        .accept(Note.warning(
                                "Unhealthy",
                                name + " probe failed: " + result.message(),
                                target.container().name(),
                                target.runId() + name + n));
            }
            if (!found.verdict(counter.verdict(), result.message())) {
                return;
            }
            boolean eager = name.equals("Readiness") && counter.verdict() != Verdict.OK && n < EAGER_MAX;
            Duration soon = EAGER_FIRST.multipliedBy(1L << Math.min(n, EAGER_MAX));
            Thread.sleep(eager && soon.compareTo(period) < 0 ? soon : period);
        }
    }

    private boolean startupFound(Verdict verdict, String message) {
        if (verdict == Verdict.OK) {
            started = true;
            target.changed().run();
        } else if (verdict == Verdict.FAILED) {
            kill("its startup probe failed: " + message);
        }
        return verdict == Verdict.UNKNOWN;
    }

    private boolean readinessFound(Verdict verdict, String message) {
        boolean now = verdict == Verdict.OK;
        if (now != ready) {
            ready = now;
            target.changed().run();
        }
        return true;
    }

    private boolean livenessFound(Verdict verdict, String message) {
        if (verdict == Verdict.FAILED) {
            kill("its liveness probe failed: " + message);
            return false;
        }
        return true;
    }

    private void kill(String why) {
        kill = why;
        target.changed().run();
    }
}
