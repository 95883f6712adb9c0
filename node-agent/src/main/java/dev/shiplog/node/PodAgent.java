package dev.shiplog.node;

import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodStatus;
import dev.shiplog.node.api.ApiAnswer;
import dev.shiplog.node.api.EventWriter;
import dev.shiplog.node.api.PodClient;
import dev.shiplog.node.pod.Action;
import dev.shiplog.node.pod.Failure;
import dev.shiplog.node.pod.Memory;
import dev.shiplog.node.pod.Note;
import dev.shiplog.node.pod.Observed;
import dev.shiplog.node.pod.PodMachine;
import dev.shiplog.node.pod.PodStep;
import dev.shiplog.node.pod.PodView;
import dev.shiplog.node.status.StartTimes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks after one pod: gathers what is known, asks the machine what to do, has it done. One virtual thread
/// steps; each action and each status write has its own, at most one of a key.
final class PodAgent {
    private static final Logger LOG = LoggerFactory.getLogger(PodAgent.class);
    private static final int NOTES_KEPT = 256;
    private static final Duration WRITE_RETRY_FIRST = Duration.ofMillis(250);
    private static final Duration WRITE_RETRY_MAX = Duration.ofSeconds(5);
    /// Between two status writes of a pod. What happens within is written once, as it stands then.
    static final Duration WRITE_SPACING = Duration.ofMillis(30);

    private static final Duration OBSERVE_RETRY = Duration.ofSeconds(1);

    /// Everything a pod's agent needs of its node.
    record Context(
            PodRuntime runtime,
            PodClient pods,
            EventWriter events,
            String hostAddress,
            Clock clock,
            Semaphore actions,
            StartTimes startTimes) {}

    private final Context context;
    private final String uid;
    private final Runnable onOver;
    private final Semaphore signal = new Semaphore(0);
    private final Set<String> inFlight = new HashSet<>();
    private final Map<String, Failure> failures = new HashMap<>();
    private final Set<String> noted = new LinkedHashSet<>();
    private final Thread thread;

    private final Instant met;
    private boolean started;
    private Desired desired;
    private PodView.Volumes volumes = PodView.Volumes.UNKNOWN;
    private Observed observed = Observed.NOTHING;
    private Memory memory = Memory.NONE;
    private PodStatus status;
    private boolean stale = true;
    private boolean accepted;
    private boolean confirmed;
    private String evicted = "";
    private @Nullable PodStatus written;
    private int writesFailed;
    private Instant writeAt = Instant.MIN;
    private volatile boolean closed;

    PodAgent(Context context, Desired desired, Runnable onOver) {
        this.context = context;
        this.uid = desired.pod().metadata().uid();
        this.desired = desired;
        this.status = desired.pod().status();
        this.onOver = onOver;
        this.met = context.clock().instant();
        this.started = !status.phase().isEmpty() && !status.phase().equals("Pending");
        this.thread = Thread.ofVirtual()
                .name("pod-" + desired.pod().metadata().name())
                .unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// Takes newer orders; older ones than those known are dropped.
    void desire(Desired newer) {
        synchronized (this) {
            if (!newer.gone() && newer.revision() < desired.revision()) {
                return;
            }
            desired = newer.gone() ? new Desired(desired.pod(), desired.revision(), true) : newer;
        }
        signal.release();
    }

    /// Says that the runtime has news of this pod.
    void lookAgain() {
        synchronized (this) {
            stale = true;
        }
        signal.release();
    }

    /// Ends the pod for good, as a failure: it has taken more than it may.
    void evict(String why) {
        Pod pod;
        synchronized (this) {
            evicted = why;
            pod = desired.pod();
        }
        note(pod, Note.warning(PodMachine.EVICTED, why, "", ""));
        signal.release();
    }

    synchronized Pod pod() {
        return desired.pod().withStatus(status);
    }

    synchronized Observed observed() {
        return observed;
    }

    /// Stops looking after it; what runs goes on.
    void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        try {
            boolean over = false;
            while (!closed && !over) {
                try {
                    over = round();
                } catch (RuntimeException e) {
                    LOG.error("pod {}: trying again", uid, e);
                    Thread.sleep(OBSERVE_RETRY);
                    lookAgain();
                }
            }
            if (over) {
                onOver.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Observes, decides, has it done, and waits until something happens. True when nothing of the pod is left.
    private boolean round() throws InterruptedException {
        observe();
        @Nullable PodStep step = step();
        if (step == null) {
            return false;
        }
        if (step.over()) {
            context.runtime().forget(uid);
            return true;
        }
        // One look at the clock for both: what it is too early to write now must be waited for.
        Instant now = context.clock().instant();
        writeStatus(now);
        long wait = Duration.between(now, earliest(step.wakeAt(), now)).toMillis();
        boolean woken = signal.tryAcquire(Math.max(1, wait), TimeUnit.MILLISECONDS);
        if (woken) {
            signal.drainPermits();
        } else {
            lookAgain();
        }
        return false;
    }

    private synchronized Instant earliest(Instant wakeAt, Instant now) {
        boolean waits = unwritten() && writeAt.isAfter(now);
        return waits && writeAt.isBefore(wakeAt) ? writeAt : wakeAt;
    }

    private void observe() throws InterruptedException {
        synchronized (this) {
            if (!stale) {
                return;
            }
            stale = false;
        }
        while (!closed) {
            try {
                Observed seen = context.runtime().observe(uid);
                synchronized (this) {
                    observed = seen;
                }
                return;
            } catch (RuntimeException e) {
                LOG.warn("cannot observe pod {}: {}", uid, e.getMessage());
                Thread.sleep(OBSERVE_RETRY);
            }
        }
    }

    /// Null when what was observed is out of date already: an action has ended meanwhile, and deciding without
    /// its effect would have it done twice.
    private @Nullable PodStep step() {
        Pod pod;
        Observed seen;
        synchronized (this) {
            pod = desired.pod();
            seen = observed;
        }
        var probes = context.runtime().probe(pod, seen, note -> note(pod, note), this::wake);
        PodStep step;
        synchronized (this) {
            if (stale) {
                return null;
            }
            var view = new PodView(
                    pod,
                    desired.gone() || confirmed,
                    accepted,
                    evicted,
                    volumes,
                    seen,
                    probes,
                    inFlight,
                    failures,
                    memory,
                    status,
                    context.hostAddress(),
                    context.clock().instant());
            step = PodMachine.step(view);
            memory = step.memory();
            noteStart(step.status());
            status = step.status();
            step.actions().forEach(action -> inFlight.add(action.key()));
        }
        step.notes().forEach(note -> note(pod, note));
        step.actions().forEach(action -> Thread.ofVirtual().start(() -> perform(pod, seen, action)));
        return step;
    }

    /// Counts the time until a pod runs that was not running when this agent met it.
    private void noteStart(PodStatus now) {
        boolean runs = now.phase().equals("Running")
                && now.containerStatuses().stream()
                        .allMatch(container -> container.state().running() != null);
        if (runs && !started) {
            started = true;
            context.startTimes().add(Duration.between(met, context.clock().instant()));
        }
    }

    private void wake() {
        signal.release();
    }

    private void perform(Pod pod, Observed seen, Action action) {
        @Nullable Failure failure = null;
        Instant begun = context.clock().instant();
        try {
            if (action instanceof Action.ConfirmDeletion) {
                confirm(pod);
            } else {
                permitted(pod, seen, action);
            }
        } catch (ActionException e) {
            failure = failed(action, e.reason(), e.text());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("pod {}: {}: {}", pod.metadata().name(), action.key(), e.toString());
            failure = failed(action, reasonOf(action), String.valueOf(e.getMessage()));
        }
        LOG.debug(
                "pod {}: {} took {}",
                pod.metadata().name(),
                action.key(),
                Duration.between(begun, context.clock().instant()));
        synchronized (this) {
            inFlight.remove(action.key());
            stale = true;
            if (failure == null) {
                failures.remove(action.key());
                volumes = switch (action) {
                    case Action.PrepareVolumes() -> PodView.Volumes.READY;
                    case Action.CleanVolumes() -> PodView.Volumes.CLEANED;
                    default -> volumes;
                };
            } else {
                failures.put(action.key(), failure);
            }
        }
        lookAgain();
    }

    /// Starting is bounded; ending is not, as it mostly waits.
    private void permitted(Pod pod, Observed seen, Action action) throws ActionException, InterruptedException {
        boolean starts = action instanceof Action.RunSandbox || action instanceof Action.StartContainer;
        if (starts) {
            context.actions().acquire();
        }
        try {
            context.runtime().perform(pod, seen, action, note -> note(pod, note));
        } finally {
            if (starts) {
                context.actions().release();
            }
        }
    }

    private static String reasonOf(Action action) {
        return switch (action) {
            case Action.StartContainer _ -> "RunContainerError";
            case Action.RunSandbox _ -> "FailedCreatePodSandBox";
            case Action.PrepareVolumes _ -> "FailedMount";
            default -> "FailedKillPod";
        };
    }

    private Failure failed(Action action, String reason, String message) {
        int count;
        Pod pod;
        synchronized (this) {
            Failure before = failures.get(action.key());
            count = before == null ? 1 : before.count() + 1;
            pod = desired.pod();
        }
        String container = action instanceof Action.StartContainer start
                ? start.container().name()
                : "";
        String event = container.isEmpty() ? reason : "Failed";
        note(pod, Note.warning(event, message, container, action.key() + count));
        return new Failure(reason, message, count, context.clock().instant());
    }

    private void note(Pod pod, Note note) {
        synchronized (noted) {
            if (!noted.add(note.reason() + "/" + note.container() + "/" + note.ordinal())) {
                return;
            }
            if (noted.size() > NOTES_KEPT) {
                noted.remove(noted.iterator().next());
            }
        }
        context.events().write(pod, note);
    }

    // ---- what the API server is told

    /// Reports the last status once more, then has the object deleted.
    private void confirm(Pod pod) throws ActionException {
        PodStatus last;
        synchronized (this) {
            last = status;
        }
        ApiAnswer reported = context.pods().report(pod, "", last);
        if (reported.away()) {
            throw new ActionException("FailedDelete", reported.message());
        }
        ApiAnswer answer = context.pods().confirmDeletion(pod);
        if (!answer.ok() && !answer.notFound() && !answer.conflict()) {
            throw new ActionException("FailedDelete", answer.message());
        }
        synchronized (this) {
            confirmed = true;
        }
    }

    private synchronized boolean unwritten() {
        return !desired.gone()
                && !confirmed
                && !inFlight.contains("confirm")
                && !inFlight.contains("status")
                && (!accepted || !status.equals(written));
    }

    private synchronized void writeStatus(Instant now) {
        if (unwritten() && !writeAt.isAfter(now)) {
            inFlight.add("status");
            PodStatus toWrite = status;
            Desired basis = desired;
            boolean first = !accepted;
            Thread.ofVirtual().start(() -> write(basis, toWrite, first));
        }
    }

    /// The first status must meet the very revision that was assigned: nothing starts for a pod that has
    /// changed or gone.
    private void write(Desired basis, PodStatus toWrite, boolean first) {
        ApiAnswer answer = context.pods().report(basis.pod(), first ? Long.toString(basis.revision()) : "", toWrite);
        synchronized (this) {
            inFlight.remove("status");
            if (answer.ok()) {
                accepted = true;
                written = toWrite;
                writesFailed = 0;
                writeAt = context.clock().instant().plus(WRITE_SPACING);
            } else {
                writesFailed++;
                Duration wait = WRITE_RETRY_FIRST.multipliedBy(1L << Math.min(writesFailed - 1, 7));
                writeAt = context.clock().instant().plus(wait.compareTo(WRITE_RETRY_MAX) > 0 ? WRITE_RETRY_MAX : wait);
                if (answer.conflict() && desired.revision() > basis.revision()) {
                    writeAt = Instant.MIN;
                }
                if (writesFailed == 5) {
                    LOG.warn(
                            "status of pod {} not accepted: {}",
                            basis.pod().metadata().name(),
                            answer.message());
                }
            }
        }
        signal.release();
    }
}
