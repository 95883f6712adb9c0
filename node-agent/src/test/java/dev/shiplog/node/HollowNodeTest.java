package dev.shiplog.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.journal.Assignment;
import dev.shiplog.node.api.ApiClient;
import dev.shiplog.node.api.EventWriter;
import dev.shiplog.node.api.NodeClient;
import dev.shiplog.node.api.PodClient;
import dev.shiplog.node.hollow.HollowRuntime;
import dev.shiplog.node.status.NodeReport;
import dev.shiplog.schemas.Json;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HollowNodeTest {
    @TempDir
    private Path directory;

    private FakeApiServer api;
    private ApiClient client;
    private EventWriter events;
    private NodeHost node;
    private boolean noRange;
    private final StoppableClock clock = new StoppableClock();

    @BeforeEach
    void start() throws Exception {
        var tls = new TestPki(directory, "ca").issue("hollow", "CN=system:node:hollow-00000,O=system:nodes");
        api = new FakeApiServer(tls, noRange ? "" : "10.42.3.0/24");
        client = new ApiClient(api.url(), tls);
        events = new EventWriter(client, "hollow-00000", Clock.systemUTC());
        var hollow = new HollowRuntime(Clock.systemUTC(), HollowNodes.addressPrefix(0));
        NodeReport report = HollowNodes.report("hollow-00000", "127.0.0.1", 10250, "v1.36.0");
        node = new NodeHost(new NodeHost.Setup(
                "hollow-00000",
                new HollowRuntimeHost(hollow),
                new NodeReporter() {
                    @Override
                    public NodeReport report() {
                        return report;
                    }

                    @Override
                    public void podRange(String range) {
                        hollow.addresses("10.42.3.");
                    }
                },
                new NodeClient(client, Clock.systemUTC()),
                new PodClient(client),
                events,
                "127.0.0.1",
                Duration.ofSeconds(10),
                Duration.ZERO,
                clock));
        node.start();
        await(() -> node.registered());
        node.synced(Set.of());
    }

    @AfterEach
    void stop() {
        node.close();
        events.close();
        client.close();
        api.close();
    }

    @Test
    void itRegistersBecomesReadyAndKeepsItsLease() {
        await(() -> node.ready());

        var status = java.util.Objects.requireNonNull(api.objects.get("/api/v1/nodes/hollow-00000"))
                .path("status");
        assertThat(status.path("capacity").path("pods").asText()).isEqualTo("110");
        assertThat(status.path("conditions").findValuesAsText("type")).contains("Ready");
        await(() ->
                api.objects.containsKey("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/hollow-00000"));
    }

    /// kubernetes.io/docs/concepts/architecture/nodes: heartbeats do not depend on a range of addresses.
    @Test
    void aNodeThatTheClusterHasNoRangeForLivesAllTheSame() throws Exception {
        stop();
        noRange = true;
        start();
        await(() -> node.ready());
        await(() ->
                api.objects.containsKey("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/hollow-00000"));

        node.assign(new Assignment(1, "hollow-00000", "", pod(1)));
        await(() -> api.status("default", "web").path("phase").asText().equals("Running"));
        assertThat(api.status("default", "web").path("podIP").asText()).startsWith("100.64.0.");
    }

    @Test
    void itsPodsBecomeReadyAndEndWhenTheyAreDeleted() {
        Pod pod = pod(1);
        node.assign(new Assignment(1, "hollow-00000", "", pod));

        await(() -> api.status("default", "web").path("phase").asText().equals("Running"));
        assertThat(api.status("default", "web").path("podIP").asText()).startsWith("10.42.3.");
        assertThat(api.status("default", "web")
                        .path("containerStatuses")
                        .path(0)
                        .path("ready")
                        .asBoolean())
                .isTrue();

        node.assign(new Assignment(
                2,
                "hollow-00000",
                "",
                pod.withMetadata(
                        pod.metadata().withDeletionTimestamp(Instant.now()).withDeletionGracePeriodSeconds(1L))));
        await(() -> api.deleted.contains("u1"));
        await(() -> node.pods().isEmpty());
    }

    /// While the clock stands still, everything after the first status happens at once, and is written once.
    @Test
    void statusesThatFollowEachOtherAreWrittenAsOne() {
        clock.stop();
        node.assign(new Assignment(1, "hollow-00000", "", pod(1)));
        await(() -> node.pods().values().stream()
                .anyMatch(pod -> pod.status().phase().equals("Running")));
        assertThat(api.statusWrites).containsEntry("/api/v1/namespaces/default/pods/web", 1);

        clock.forward(PodAgent.WRITE_SPACING);

        await(() -> api.status("default", "web").path("phase").asText().equals("Running"));
        assertThat(api.statusWrites).containsEntry("/api/v1/namespaces/default/pods/web", 2);
    }

    /// The time to write may come while the agent makes up its mind to wait for it.
    @ParameterizedTest
    @ValueSource(ints = {4, 7, 11, 13, 17, 19, 23, 29})
    void aStatusIsWrittenWhenItsTimeComesBetweenTwoLooksAtTheClock(int millis) {
        clock.advanceWithEachLook(Duration.ofMillis(millis));
        node.assign(new Assignment(1, "hollow-00000", "", pod(1)));
        await(() -> api.status("default", "web").path("phase").asText().equals("Running"));
    }

    /// The system's time until it is stopped.
    private static final class StoppableClock extends Clock {
        private volatile @Nullable Instant stopped;
        private final AtomicReference<Duration> step = new AtomicReference<>(Duration.ZERO);

        void advanceWithEachLook(Duration by) {
            stop();
            step.set(by);
        }

        void stop() {
            stopped = Instant.now();
        }

        void forward(Duration time) {
            stopped = instant().plus(time);
        }

        @Override
        public synchronized Instant instant() {
            Instant at = stopped;
            if (at == null) {
                return Instant.now();
            }
            stopped = at.plus(step.get());
            return at;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    void aPodThatRanBeforeTheAgentGoesOnUnchanged() throws Exception {
        Pod pod = pod(1);
        node.assign(new Assignment(1, "hollow-00000", "", pod));
        await(() -> api.status("default", "web").path("phase").asText().equals("Running"));
        var before = api.status("default", "web").path("containerStatuses");
        Pod reported = Json.fromTree(
                        Pod.TYPE,
                        java.util.Objects.requireNonNull(api.objects.get("/api/v1/namespaces/default/pods/web")))
                .object();

        stop();
        start();
        pod(1);
        node.assign(new Assignment(1, "hollow-00000", "", reported.withSpec(pod.spec())));
        await(() -> api.status("default", "web").has("containerStatuses"));

        assertThat(api.status("default", "web").path("containerStatuses")).isEqualTo(before);
    }

    @Test
    void anOlderAssignmentChangesNothingAndADeadUidIsNeverStartedAgain() {
        node.assign(new Assignment(1, "hollow-00000", "", pod(1)));
        await(() -> api.status("default", "web").path("phase").asText().equals("Running"));

        node.unassign("u1");
        await(() -> node.pods().isEmpty());
        node.assign(new Assignment(9, "hollow-00000", "", pod(9)));

        assertThat(node.pods()).isEmpty();
    }

    @Test
    void aPodThatHasChangedSinceItWasAssignedIsNotStartedOnOldOrders() {
        Pod pod = pod(7);
        node.assign(new Assignment(6, "hollow-00000", "", pod));
        Awaitility.await()
                .during(Duration.ofMillis(700))
                .until(() -> node.observed("u1")
                        .map(observed -> observed.runs().isEmpty())
                        .orElse(true));

        node.assign(new Assignment(7, "hollow-00000", "", pod));
        await(() -> api.status("default", "web").path("phase").asText().equals("Running"));
    }

    /// Puts the pod into the API at a revision.
    private Pod pod(long revision) {
        api.put(
                "/api/v1/namespaces/default/pods/web",
                "{\"metadata\":{\"name\":\"web\",\"namespace\":\"default\",\"uid\":\"u1\",\"resourceVersion\":\"%d\"}}"
                        .formatted(revision));
        return Pod.EMPTY
                .withMetadata(Pod.EMPTY
                        .metadata()
                        .withName("web")
                        .withNamespace("default")
                        .withUid("u1"))
                .withSpec(Pod.EMPTY
                        .spec()
                        .withRestartPolicy("Always")
                        .withContainers(List.of(Container.EMPTY.withName("main").withImage("i"))));
    }

    private static void await(Callable<Boolean> holds) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(10))
                .until(holds);
    }
}
