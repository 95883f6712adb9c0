package dev.shiplog.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.journal.Assignment;
import dev.shiplog.node.api.ApiAnswer;
import dev.shiplog.node.api.EventWriter;
import dev.shiplog.node.api.NodeClient;
import dev.shiplog.node.api.PodClient;
import dev.shiplog.node.pod.Observed;
import dev.shiplog.node.status.NodeReport;
import dev.shiplog.node.status.StartTimes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One node: registers it, keeps it alive, and has an agent for each of its pods.
final class NodeHost implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeHost.class);
    private static final Duration STATUS_EVERY = Duration.ofMinutes(5);
    private static final Duration REGISTER_RETRY = Duration.ofMillis(250);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final int DEAD_MAX = 10_000;
    private static final int STARTS_MAX = 8;

    /// Everything one node is made of.
    record Setup(
            String name,
            PodRuntime runtime,
            NodeReporter reporter,
            NodeClient nodes,
            PodClient pods,
            EventWriter events,
            String hostAddress,
            Duration heartbeatEvery,
            Duration heartbeatOffset,
            Clock clock) {}

    private final Setup setup;
    private final StartTimes startTimes = new StartTimes();
    private final PodAgent.Context context;
    private final Map<String, PodAgent> agents = new ConcurrentHashMap<>();
    private final Map<String, String> marks = new HashMap<>();
    private final Map<String, Instant> conditionsSince = new HashMap<>();
    private final Set<String> dead = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > DEAD_MAX;
        }
    });
    private final Thread life;
    private final Thread look;
    private Instant heartbeatAt = Instant.MIN;
    private Instant statusAt = Instant.MIN;
    private volatile String uid = "";
    private volatile boolean ready;
    private volatile boolean synced;
    private boolean ranged;
    private volatile boolean closed;

    NodeHost(Setup setup) {
        this.setup = setup;
        this.context = new PodAgent.Context(
                setup.runtime(),
                setup.pods(),
                setup.events(),
                setup.hostAddress(),
                setup.clock(),
                new Semaphore(STARTS_MAX),
                startTimes);
        this.life = Thread.ofVirtual().name("node-" + setup.name()).unstarted(this::live);
        this.look = Thread.ofVirtual().name("look-" + setup.name()).unstarted(this::lookAtRuntime);
    }

    void start() {
        life.start();
        if (!setup.runtime().listEvery().isZero()) {
            look.start();
        }
    }

    String name() {
        return setup.name();
    }

    /// Whether the API server has accepted that the node is ready, and the node knows its pods.
    boolean ready() {
        return ready && synced;
    }

    boolean registered() {
        return !uid.isEmpty();
    }

    // ---- pods

    /// Takes an assignment, new or changed.
    void assign(Assignment assignment) {
        Pod pod = assignment.pod();
        String podUid = pod.metadata().uid();
        synchronized (dead) {
            if (dead.contains(podUid)) {
                return;
            }
        }
        boolean otherNode = !assignment.nodeUid().isEmpty()
                && registered()
                && !assignment.nodeUid().equals(uid);
        var desired = new Desired(pod, assignment.podRevision(), false);
        PodAgent known = agents.get(podUid);
        if (known != null) {
            known.desire(desired);
        } else if (otherNode && !setup.runtime().pods().containsKey(podUid)) {
            LOG.info(
                    "pod {} was bound to a former node of this name",
                    pod.metadata().name());
        } else {
            begin(podUid, desired);
        }
    }

    /// Nothing assigns this pod any more: it ends, and its uid never lives again.
    void unassign(String podUid) {
        bury(podUid);
        PodAgent known = agents.get(podUid);
        if (known != null) {
            known.desire(new Desired(known.pod(), Long.MAX_VALUE, true));
        }
    }

    /// All assignments are known: what is looked after or runs beside them is nobody's, and ends.
    void synced(Set<String> podUids) {
        agents.keySet().stream().filter(podUid -> !podUids.contains(podUid)).forEach(this::unassign);
        setup.runtime().pods().forEach((podUid, trace) -> {
            if (!agents.containsKey(podUid)) {
                LOG.info("pod {}/{} runs and is assigned no more", trace.namespace(), trace.name());
                begin(podUid, new Desired(orphan(podUid, trace), 0, true));
            }
        });
        synced = true;
    }

    private Pod orphan(String podUid, PodRuntime.Trace trace) {
        Observed observed = setup.runtime().observe(podUid);
        List<Container> containers = observed.runs().stream()
                .map(run -> Container.EMPTY.withName(run.name()))
                .distinct()
                .toList();
        return Pod.EMPTY
                .withMetadata(Pod.EMPTY
                        .metadata()
                        .withUid(podUid)
                        .withName(trace.name())
                        .withNamespace(trace.namespace()))
                .withSpec(Pod.EMPTY.spec().withContainers(containers).withRestartPolicy("Always"));
    }

    private void begin(String podUid, Desired desired) {
        setup.runtime().adopt(desired.pod());
        var agent = new PodAgent(context, desired, () -> {
            bury(podUid);
            agents.remove(podUid);
        });
        agents.put(podUid, agent);
        agent.start();
    }

    private void bury(String podUid) {
        synchronized (dead) {
            dead.add(podUid);
        }
    }

    /// The pods of the node as it sees them, by uid.
    Map<String, Pod> pods() {
        Map<String, Pod> pods = new HashMap<>();
        agents.forEach((podUid, agent) -> pods.put(podUid, agent.pod()));
        return pods;
    }

    /// Ends a pod for good that has taken more than it may.
    void evict(String podUid, String why) {
        PodAgent agent = agents.get(podUid);
        if (agent != null) {
            agent.evict(why);
        }
    }

    StartTimes startTimes() {
        return startTimes;
    }

    Optional<Observed> observed(String podUid) {
        return Optional.ofNullable(agents.get(podUid)).map(PodAgent::observed);
    }

    private void lookAtRuntime() {
        try {
            while (!closed) {
                try {
                    compare(setup.runtime().pods());
                } catch (RuntimeException e) {
                    LOG.warn("the runtime does not answer: {}", e.getMessage());
                }
                Thread.sleep(setup.runtime().listEvery());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void compare(Map<String, PodRuntime.Trace> traces) {
        traces.forEach((podUid, trace) -> {
            if (!trace.marks().equals(marks.put(podUid, trace.marks()))) {
                wake(podUid);
            }
        });
        marks.keySet().removeIf(podUid -> {
            boolean vanished = !traces.containsKey(podUid);
            if (vanished) {
                wake(podUid);
            }
            return vanished;
        });
    }

    private void wake(String podUid) {
        PodAgent agent = agents.get(podUid);
        if (agent != null) {
            agent.lookAgain();
        }
    }

    // ---- the node itself

    private void live() {
        try {
            Thread.sleep(setup.heartbeatOffset());
            register();
            while (!closed) {
                Duration pause = LOOK_EVERY;
                try {
                    pause = report(setup.clock().instant());
                } catch (RuntimeException e) {
                    LOG.error("node {} cannot report", setup.name(), e);
                }
                Thread.sleep(pause);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Reports what has changed or is due, and says how long there is time until the next report.
    private Duration report(Instant now) throws InterruptedException {
        NodeReport report = setup.reporter().report();
        boolean isReady = report.problems().isEmpty();
        if (!statusAt.isAfter(now) || isReady != ready) {
            ApiAnswer answer = setup.nodes().report(setup.name(), report.status(conditionsSince, now));
            if (answer.ok()) {
                ready = isReady;
                statusAt = now.plus(STATUS_EVERY);
                learnRange(answer.body());
            } else if (answer.notFound()) {
                uid = "";
                register();
            }
        }
        if (!ready && !ranged) {
            learnRange(setup.nodes().get(setup.name()).body());
        }
        if (!heartbeatAt.isAfter(now)) {
            ApiAnswer answer = setup.nodes().heartbeat(setup.name(), uid);
            heartbeatAt = answer.ok() ? now.plus(setup.heartbeatEvery()) : now.plus(REGISTER_RETRY);
        }
        return ready ? Duration.between(now, heartbeatAt).dividedBy(2).plus(LOOK_EVERY) : LOOK_EVERY;
    }

    private void register() throws InterruptedException {
        while (!closed) {
            NodeReport report = setup.reporter().report();
            ObjectNode node = report.node(conditionsSince, setup.clock().instant());
            ApiAnswer answer = setup.nodes().register(node);
            if (answer.ok()) {
                uid = answer.body().path("metadata").path("uid").asText();
                ranged = false;
                learnRange(answer.body());
                return;
            }
            if (!answer.away()) {
                LOG.warn("node {} is not accepted: {}", setup.name(), answer.message());
            }
            Thread.sleep(REGISTER_RETRY);
        }
    }

    /// Takes the range of addresses that the cluster has given the node, once it has. A node without one lives all the
    /// same: it says that it does, and is ready or not as its runtime says.
    private void learnRange(JsonNode node) {
        String range = node.path("spec").path("podCIDR").asText("");
        if (!ranged && !range.isEmpty()) {
            setup.reporter().podRange(range);
            ranged = true;
        }
    }

    @Override
    public void close() {
        closed = true;
        life.interrupt();
        look.interrupt();
        agents.values().forEach(PodAgent::close);
        setup.runtime().close();
    }
}
