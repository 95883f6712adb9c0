package dev.shiplog.node;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.Lifecycle;
import dev.shiplog.core.v1.LocalObjectReference;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.node.api.Sources;
import dev.shiplog.node.cri.ContainerSpec;
import dev.shiplog.node.cri.CriClient;
import dev.shiplog.node.cri.CriException;
import dev.shiplog.node.cri.CriPods;
import dev.shiplog.node.cri.Environment;
import dev.shiplog.node.cri.Labels;
import dev.shiplog.node.cri.PodFiles;
import dev.shiplog.node.cri.PodPaths;
import dev.shiplog.node.cri.SandboxSpec;
import dev.shiplog.node.cri.v1.Mount;
import dev.shiplog.node.image.ImagePullHost;
import dev.shiplog.node.image.Keyring;
import dev.shiplog.node.pod.Action;
import dev.shiplog.node.pod.ContainerRun;
import dev.shiplog.node.pod.Fields;
import dev.shiplog.node.pod.Note;
import dev.shiplog.node.pod.Observed;
import dev.shiplog.node.pod.PodFacts;
import dev.shiplog.node.pod.ProbeState;
import dev.shiplog.node.pod.Sandbox;
import dev.shiplog.node.pod.ServiceLink;
import dev.shiplog.node.probe.ProbeAgent;
import dev.shiplog.node.probe.ProbeClient;
import dev.shiplog.node.probe.ProbeResult;
import dev.shiplog.node.volume.VolumeException;
import dev.shiplog.node.volume.VolumesHost;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs pods in real containers, through CRI.
final class CriRuntimeHost implements PodRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(CriRuntimeHost.class);
    private static final Duration LIST_EVERY = Duration.ofSeconds(1);
    private static final Duration HOOK_MAX = Duration.ofMinutes(10);

    /// What all pods of the node share.
    record Setup(
            String node,
            CriClient cri,
            PodPaths paths,
            Sources sources,
            String hostAddress,
            String serviceAddress,
            Map<String, String> allocatable,
            long memoryBytes,
            Clock clock) {}

    private final Setup setup;
    private final CriPods pods;
    private final PodFiles files;
    private final VolumesHost volumes;
    private final ImagePullHost images;
    private final ProbeClient probes;
    private final Map<String, Pod> prepared = new ConcurrentHashMap<>();
    private final Map<String, Map<String, ProbeAgent>> probing = new ConcurrentHashMap<>();

    CriRuntimeHost(Setup setup) throws IOException {
        this.setup = setup;
        this.pods = new CriPods(setup.cri(), setup.node(), setup.paths());
        this.files = new PodFiles(setup.paths());
        this.volumes = new VolumesHost(setup.paths(), setup.sources(), setup.clock());
        this.images = new ImagePullHost(setup.cri());
        this.probes = new ProbeClient(setup.cri());
        try {
            volumes.prepareSecrets();
        } catch (VolumeException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public Map<String, Trace> pods() {
        Map<String, Trace> traces = new HashMap<>();
        pods.list()
                .forEach((uid, entry) -> traces.put(
                        uid,
                        new Trace(
                                entry.labels().getOrDefault(Labels.POD_NAMESPACE, ""),
                                entry.labels().getOrDefault(Labels.POD_NAME, ""),
                                entry.marks())));
        return traces;
    }

    @Override
    public Duration listEvery() {
        return LIST_EVERY;
    }

    @Override
    public void adopt(Pod pod) {}

    @Override
    public Observed observe(String uid) {
        return pods.observe(uid);
    }

    @Override
    public void perform(Pod pod, Observed observed, Action action, Consumer<Note> notes)
            throws ActionException, InterruptedException {
        try {
            switch (action) {
                case Action.PrepareVolumes() -> prepare(pod, observed);
                case Action.RunSandbox(int attempt) -> runSandbox(pod, observed, attempt);
                case Action.StopSandbox(String id) -> setup.cri().stopPodSandbox(id);
                case Action.RemoveSandbox(String id) -> removeSandbox(id);
                case Action.StartContainer start -> startContainer(pod, start, notes);
                case Action.StopContainer stop -> stopContainer(pod, observed, stop, notes);
                case Action.KillContainer(String id) -> setup.cri().stopContainer(id, Duration.ZERO);
                case Action.RemoveContainer(String id) -> removeContainer(pod, observed, id);
                case Action.CleanVolumes() -> clean(pod);
                case Action.ConfirmDeletion() -> throw new AssertionError("the runtime confirms nothing");
            }
        } catch (VolumeException e) {
            throw new ActionException("FailedMount", String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new ActionException("FailedMount", e.toString());
        }
    }

    // ---- sandboxes and volumes

    private void prepare(Pod pod, Observed observed) throws VolumeException, IOException {
        volumes.prepare(
                pod, fields(pod, observed.sandbox().map(Sandbox::addresses).orElse(List.of())));
        prepared.put(pod.metadata().uid(), pod);
    }

    private void clean(Pod pod) throws IOException {
        String uid = pod.metadata().uid();
        prepared.remove(uid);
        volumes.clean(uid);
        files.clean(pod);
    }

    private void runSandbox(Pod pod, Observed observed, int attempt) throws IOException {
        for (Sandbox old : observed.sandboxes()) {
            setup.cri().stopPodSandbox(old.id());
        }
        files.createLogs(pod);
        setup.cri().runPodSandbox(sandboxSpec(pod).of(pod, attempt));
        files.limit(pod);
    }

    private void removeSandbox(String id) {
        setup.cri().stopPodSandbox(id);
        setup.cri().removePodSandbox(id);
    }

    private SandboxSpec sandboxSpec(Pod pod) throws IOException {
        return new SandboxSpec(setup.node(), setup.paths().logs(pod), files.hostResolver());
    }

    private Fields fields(Pod pod, List<String> addresses) {
        return new Fields(pod, addresses, setup.hostAddress(), setup.allocatable());
    }

    // ---- containers

    private void startContainer(Pod pod, Action.StartContainer start, Consumer<Note> notes)
            throws ActionException, InterruptedException, IOException, VolumeException {
        Container container = start.container();
        String ordinal = Integer.toString(start.attempt());
        String image = image(pod, container, ordinal, notes);
        refuseRoot(pod, container, image);
        List<String> addresses = pod.spec().hostNetwork()
                ? List.of(setup.hostAddress())
                : start.sandbox().addresses();
        Map<String, String> variables = environment(pod, container, addresses);
        List<Mount> mounts = new ArrayList<>(volumes.mounts(pod, container, variables));
        mounts.addAll(files.mounts(pod, container, start.attempt(), addresses));
        var spec = new ContainerSpec(
                pod, container, start.attempt(), setup.node(), image, variables, mounts, setup.memoryBytes());
        String id = create(pod, start, spec);
        notes.accept(Note.normal("Created", "Container created", container.name(), ordinal));
        try {
            setup.cri().startContainer(id);
        } catch (CriException e) {
            throw new ActionException("RunContainerError", String.valueOf(e.getMessage()));
        }
        notes.accept(Note.normal("Started", "Container started", container.name(), ordinal));
        postStart(container, id, addresses, ordinal, notes);
    }

    private String create(Pod pod, Action.StartContainer start, ContainerSpec spec)
            throws ActionException, IOException {
        try {
            return setup.cri()
                    .createContainer(
                            start.sandbox().id(),
                            spec.config(),
                            sandboxSpec(pod).of(pod, start.sandbox().attempt()));
        } catch (CriException e) {
            throw new ActionException("CreateContainerError", String.valueOf(e.getMessage()));
        }
    }

    private String image(Pod pod, Container container, String ordinal, Consumer<Note> notes) throws ActionException {
        ImagePullHost.Answer answer = images.ensure(container, image -> logins(pod, image, notes));
        return switch (answer) {
            case ImagePullHost.Here(String id, String how) -> {
                notes.accept(Note.normal("Pulled", how, container.name(), ordinal));
                yield id;
            }
            case ImagePullHost.Refused(String reason, String message) -> throw new ActionException(reason, message);
        };
    }

    /// What the pod's image pull secrets say to the image's registry. One that is not there or says nothing is told of,
    /// and the pull is tried all the same.
    private List<Keyring.Login> logins(Pod pod, String image, Consumer<Note> notes) {
        var keyring = new Keyring();
        List<String> unusable = new ArrayList<>();
        for (LocalObjectReference reference : pod.spec().imagePullSecrets()) {
            try {
                var secret = setup.sources().secret(pod.metadata().namespace(), reference.name());
                if (secret.isEmpty() || !keyring.add(secret.get())) {
                    unusable.add(reference.name());
                }
            } catch (Sources.AwayException e) {
                unusable.add(reference.name());
            }
        }
        if (!unusable.isEmpty()) {
            String names = String.join(", ", unusable);
            notes.accept(Note.warning(
                    "FailedToRetrieveImagePullSecret",
                    "Unable to retrieve some image pull secrets (" + names
                            + "); attempting to pull the image may not succeed.",
                    "",
                    names));
        }
        return keyring.lookup(image);
    }

    private void refuseRoot(Pod pod, Container container, String image) throws ActionException {
        Optional<String> problem = images.rootProblem(pod, container, image);
        if (problem.isPresent()) {
            throw new ActionException("CreateContainerConfigError", problem.get());
        }
    }

    private Map<String, String> environment(Pod pod, Container container, List<String> addresses)
            throws ActionException {
        try {
            boolean links = !Boolean.FALSE.equals(pod.spec().enableServiceLinks());
            List<ServiceLink> services = new ArrayList<>();
            if (links) {
                services.addAll(setup.sources().services(pod.metadata().namespace()));
            }
            services.removeIf(service -> service.name().equals("kubernetes"));
            services.add(new ServiceLink(
                    "kubernetes", setup.serviceAddress(), List.of(new ServiceLink.Port("https", 443, "TCP"))));
            return new Environment(setup.sources(), fields(pod, addresses)).of(container, services);
        } catch (Environment.MissingException | Sources.AwayException e) {
            throw new ActionException("CreateContainerConfigError", String.valueOf(e.getMessage()));
        }
    }

    /// A container whose postStart hook fails is ended; its restart policy says what then.
    private void postStart(Container container, String id, List<String> addresses, String ordinal, Consumer<Note> notes)
            throws InterruptedException, ActionException {
        Lifecycle lifecycle = container.lifecycle();
        if (lifecycle == null || lifecycle.postStart() == null) {
            return;
        }
        ProbeResult result = probes.run(lifecycle.postStart(), container, id, first(addresses), HOOK_MAX);
        if (!result.ok()) {
            notes.accept(Note.warning(
                    "FailedPostStartHook", "postStart hook failed: " + result.message(), container.name(), ordinal));
            setup.cri().stopContainer(id, Duration.ofSeconds(2));
            throw new ActionException("PostStartHookError", result.message());
        }
    }

    private void stopContainer(Pod pod, Observed observed, Action.StopContainer stop, Consumer<Note> notes)
            throws InterruptedException {
        notes.accept(Note.normal(
                "Killing",
                "Container is ended because " + stop.why(),
                stop.container().name(),
                stop.id()));
        Lifecycle lifecycle = stop.container().lifecycle();
        if (lifecycle != null && lifecycle.preStop() != null && remaining(stop).isPositive()) {
            List<String> addresses = pod.spec().hostNetwork()
                    ? List.of(setup.hostAddress())
                    : observed.sandbox().map(Sandbox::addresses).orElse(List.of());
            ProbeResult result =
                    probes.run(lifecycle.preStop(), stop.container(), stop.id(), first(addresses), remaining(stop));
            if (!result.ok()) {
                notes.accept(Note.warning(
                        "FailedPreStopHook",
                        "preStop hook failed: " + result.message(),
                        stop.container().name(),
                        stop.id()));
            }
        }
        Duration left = remaining(stop);
        setup.cri().stopContainer(stop.id(), left.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : left);
    }

    private Duration remaining(Action.StopContainer stop) {
        return Duration.between(setup.clock().instant(), stop.deadline());
    }

    private void removeContainer(Pod pod, Observed observed, String id) throws IOException {
        setup.cri().removeContainer(id);
        pods.forgetRun(id);
        for (ContainerRun run : observed.runs()) {
            if (run.id().equals(id)) {
                files.removeLog(pod, run);
            }
        }
    }

    private static String first(List<String> addresses) {
        return addresses.isEmpty() ? "127.0.0.1" : addresses.getFirst();
    }

    // ---- probes

    @Override
    public Map<String, ProbeState> probe(Pod pod, Observed observed, Consumer<Note> notes, Runnable changed) {
        var ofPod = probing.computeIfAbsent(pod.metadata().uid(), _ -> new ConcurrentHashMap<>());
        Set<String> running = new HashSet<>();
        boolean ending = pod.metadata().deletionTimestamp() != null;
        for (ContainerRun run : observed.runs()) {
            @Nullable
            Container container = PodFacts.containers(pod)
                    .filter(each -> each.name().equals(run.name()))
                    .findFirst()
                    .orElse(null);
            if (run.running() && container != null && ProbeAgent.needed(container) && !ending) {
                running.add(run.id());
                ofPod.computeIfAbsent(run.id(), _ -> begin(pod, observed, container, run, notes, changed));
            }
        }
        if (!ending) {
            ofPod.entrySet().removeIf(entry -> {
                boolean over = !running.contains(entry.getKey());
                if (over) {
                    entry.getValue().close();
                }
                return over;
            });
        } else {
            ofPod.values().forEach(ProbeAgent::close);
        }
        Map<String, ProbeState> states = new HashMap<>();
        ofPod.forEach((id, agent) -> states.put(id, agent.state()));
        return states;
    }

    private ProbeAgent begin(
            Pod pod, Observed observed, Container container, ContainerRun run, Consumer<Note> notes, Runnable changed) {
        String address = pod.spec().hostNetwork()
                ? setup.hostAddress()
                : first(observed.sandbox().map(Sandbox::addresses).orElse(List.of()));
        Instant since = run.startedAt() == null ? run.createdAt() : run.startedAt();
        var agent = new ProbeAgent(
                probes,
                new ProbeAgent.Target(container, run.id(), address, notes, changed),
                Duration.between(since, setup.clock().instant()),
                PodFacts.reported(pod, run));
        agent.start();
        return agent;
    }

    @Override
    public void forget(String uid) {
        var ofPod = probing.remove(uid);
        if (ofPod != null) {
            ofPod.values().forEach(ProbeAgent::close);
        }
        pods.forget(uid);
    }

    // ---- housekeeping, called from time to time

    /// Brings the volumes of running pods up to date.
    void refreshVolumes(Map<String, Pod> current) {
        setup.sources().refresh();
        prepared.replaceAll((uid, pod) -> current.getOrDefault(uid, pod));
        prepared.forEach((uid, pod) -> {
            try {
                var addresses = current.getOrDefault(uid, pod).status().podIPs().stream()
                        .map(each -> each.ip())
                        .toList();
                volumes.refresh(pod, fields(pod, addresses));
            } catch (VolumeException | IOException e) {
                LOG.warn(
                        "volumes of pod {} stay as they are: {}", pod.metadata().name(), e.getMessage());
            }
        });
    }

    /// Deletes files of pods that are neither known nor in the runtime: their agent ended before it could. Files are
    /// looked
    /// for before pods, so that those of a pod that comes meanwhile are safe.
    void removeLeftovers(Supplier<Set<String>> known) {
        try {
            Set<String> leftovers = files.uids();
            leftovers.removeAll(known.get());
            leftovers.removeAll(pods().keySet());
            for (String uid : leftovers) {
                volumes.clean(uid);
                files.removeLogs(uid);
            }
        } catch (IOException | CriException e) {
            LOG.warn("leftovers are not removed: {}", e.getMessage());
        }
    }

    /// The pods that have written more into a volume than its limit, and what to tell of them, by uid.
    Map<String, String> overLimits(Map<String, Pod> current) {
        Map<String, String> over = new HashMap<>();
        current.forEach((uid, pod) -> {
            try {
                volumes.overLimit(pod).ifPresent(message -> over.put(uid, message));
            } catch (VolumeException | IOException e) {
                LOG.warn(
                        "volumes of pod {} are not measured: {}", pod.metadata().name(), e.getMessage());
            }
        });
        return over;
    }

    void rotateLogs() {
        for (var running : pods.runningLogs()) {
            try {
                if (files.rotate(running.log())) {
                    setup.cri().reopenContainerLog(running.id());
                }
            } catch (IOException | CriException e) {
                LOG.warn("log {} is not rotated: {}", running.log(), e.getMessage());
            }
        }
    }

    void collectImages() {
        try {
            images.collect(
                    pods.imagesInUse(), setup.clock().instant(), setup.paths().data());
        } catch (IOException | CriException e) {
            LOG.warn("images are not collected: {}", e.getMessage());
        }
    }

    CriPods criPods() {
        return pods;
    }

    @Override
    public void close() {
        probing.values().forEach(ofPod -> ofPod.values().forEach(ProbeAgent::close));
    }
}
