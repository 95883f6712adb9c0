package dev.shiplog.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.core.v1.Affinity;
import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.ContainerPort;
import dev.shiplog.core.v1.Node;
import dev.shiplog.core.v1.NodeAffinity;
import dev.shiplog.core.v1.NodeCondition;
import dev.shiplog.core.v1.NodeSelector;
import dev.shiplog.core.v1.NodeSelectorRequirement;
import dev.shiplog.core.v1.NodeSelectorTerm;
import dev.shiplog.core.v1.NodeSpec;
import dev.shiplog.core.v1.NodeStatus;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodSpec;
import dev.shiplog.core.v1.ResourceRequirements;
import dev.shiplog.core.v1.Taint;
import dev.shiplog.core.v1.Toleration;
import dev.shiplog.journal.Request;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.reconcile.Envelope;
import dev.shiplog.store.reconcile.Lab;
import dev.shiplog.store.reconcile.LabHost;
import dev.shiplog.store.reconcile.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SchedulerTest {
    private final Lab lab = new Lab();
    private int instances;

    private LabHost scheduler() {
        return new LabHost(
                lab,
                "scheduler",
                new UUID(9, ++instances),
                (Envelope envelope, Lab _) -> new Scheduler(envelope, SchedulerMeter.NONE));
    }

    private void node(String name, String cpu, UnaryOperator<NodeSpec> spec) {
        lab.create(
                Resource.NODES,
                Node.builder()
                        .metadata(ObjectMeta.builder()
                                .name(name)
                                .labels(Map.of("kubernetes.io/hostname", name, "zone", name.substring(0, 1)))
                                .build())
                        .spec(spec.apply(NodeSpec.EMPTY))
                        .status(NodeStatus.builder()
                                .allocatable(Map.of("cpu", cpu, "memory", "8Gi", "pods", "110"))
                                .conditions(List.of(NodeCondition.builder()
                                        .type("Ready")
                                        .status("True")
                                        .build()))
                                .build())
                        .build());
    }

    private void node(String name, String cpu) {
        node(name, cpu, spec -> spec);
    }

    private void pod(String name, String cpu, UnaryOperator<PodSpec> spec) {
        lab.create(
                Resource.PODS,
                Pod.builder()
                        .metadata(
                                ObjectMeta.builder().namespace("ns").name(name).build())
                        .spec(spec.apply(PodSpec.builder()
                                .schedulerName("default-scheduler")
                                .containers(List.of(Container.builder()
                                        .name("c")
                                        .resources(ResourceRequirements.builder()
                                                .requests(Map.of("cpu", cpu))
                                                .build())
                                        .build()))
                                .build()))
                        .build());
    }

    private void pod(String name, String cpu) {
        pod(name, cpu, spec -> spec);
    }

    private String nodeOf(String pod) {
        return lab.need(Resource.PODS, "ns", pod).spec().nodeName();
    }

    private String why(String pod) {
        return lab.need(Resource.PODS, "ns", pod).status().conditions().stream()
                .filter(condition -> condition.type().equals("PodScheduled"))
                .map(condition -> condition.status() + " " + condition.reason() + ": " + condition.message())
                .findFirst()
                .orElse("");
    }

    @Test
    void podsGoWhereMostIsFree() {
        node("a1", "4");
        node("b1", "8");
        for (int i = 0; i < 8; i++) {
            pod("p" + i, "1");
        }
        scheduler().settle();

        Map<String, Long> perNode = lab.all(Resource.PODS).stream()
                .collect(Collectors.groupingBy(pod -> pod.spec().nodeName(), Collectors.counting()));
        assertThat(perNode).containsEntry("b1", 5L).containsEntry("a1", 3L);
        assertThat(lab.events()).contains("Scheduled: Successfully assigned ns/p0 to " + nodeOf("p0"));
    }

    @Test
    void manyPodsAreBoundInOneRequest() {
        for (int i = 0; i < 20; i++) {
            node("n" + i, "32");
        }
        for (int i = 0; i < 200; i++) {
            pod("p" + i, "100m");
        }
        scheduler().settle();

        List<Request> bindings = lab.accepted().stream()
                .filter(request -> "place".equals(request.origin().reason()))
                .toList();
        assertThat(bindings).hasSize(1);
        assertThat(bindings.getFirst().items()).hasSize(200);
        assertThat(bindings.getFirst().guards()).hasSize(20);
        assertThat(lab.all(Resource.PODS).stream()
                        .collect(Collectors.groupingBy(pod -> pod.spec().nodeName(), Collectors.counting()))
                        .values())
                .containsOnly(10L);
    }

    @Test
    void aPodThatFitsNowhereSaysWhyAndIsPlacedWhenItDoes() {
        node("small", "1");
        node("cordoned", "8", spec -> spec.withUnschedulable(true));
        node(
                "tainted",
                "8",
                spec -> spec.withTaints(List.of(Taint.builder()
                        .key("only")
                        .value("gpu")
                        .effect("NoSchedule")
                        .build())));
        pod("big", "4");
        LabHost host = scheduler();
        host.settle();

        assertThat(why("big"))
                .isEqualTo("False Unschedulable: 0/3 nodes are available: 1 Insufficient cpu,"
                        + " 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable.");
        assertThat(lab.events()).anyMatch(event -> event.startsWith("FailedScheduling: 0/3 nodes are available"));

        Node cordoned = lab.need(Resource.NODES, "", "cordoned");
        lab.update(Resource.NODES, cordoned.withSpec(cordoned.spec().withUnschedulable(false)));
        lab.pass(Scheduler.RETRY_EVERY);
        host.settle();
        assertThat(nodeOf("big")).isEqualTo("cordoned");
        assertThat(why("big")).startsWith("True");
    }

    @Test
    void selectorsAffinityTolerationsAndPortsDecideWhere() {
        node("a1", "4");
        node("b1", "8");
        node(
                "c1",
                "8",
                spec -> spec.withTaints(List.of(
                        Taint.builder().key("k").value("v").effect("NoExecute").build())));
        pod("selects", "1", spec -> spec.withNodeSelector(Map.of("zone", "a")));
        pod(
                "requires",
                "1",
                spec -> spec.withAffinity(Affinity.builder()
                        .nodeAffinity(NodeAffinity.builder()
                                .requiredDuringSchedulingIgnoredDuringExecution(NodeSelector.builder()
                                        .nodeSelectorTerms(List.of(NodeSelectorTerm.builder()
                                                .matchExpressions(List.of(NodeSelectorRequirement.builder()
                                                        .key("zone")
                                                        .operator("NotIn")
                                                        .values(List.of("b", "c"))
                                                        .build()))
                                                .build()))
                                        .build())
                                .build())
                        .build()));
        pod(
                "tolerates",
                "7",
                spec -> spec.withNodeSelector(Map.of("zone", "c"))
                        .withTolerations(List.of(Toleration.builder()
                                .key("k")
                                .operator("Equal")
                                .value("v")
                                .build())));
        UnaryOperator<PodSpec> port = spec -> spec.withNodeSelector(Map.of("zone", "b"))
                .withContainers(List.of(Container.builder()
                        .name("c")
                        .ports(List.of(ContainerPort.builder()
                                .containerPort(80)
                                .hostPort(8080)
                                .protocol("TCP")
                                .build()))
                        .build()));
        pod("first", "0", port);
        pod("second", "0", port);
        scheduler().settle();

        assertThat(nodeOf("selects")).isEqualTo("a1");
        assertThat(nodeOf("requires")).isEqualTo("a1");
        assertThat(nodeOf("tolerates")).isEqualTo("c1");
        assertThat(nodeOf("first")).isEqualTo("b1");
        assertThat(nodeOf("second")).isEmpty();
        assertThat(why("second")).contains("1 node(s) didn't have free ports for the requested pod ports");
    }

    @Test
    void whatIsInFlightCountsAsTaken() {
        node("n1", "2");
        LabHost host = scheduler();
        host.settle();
        pod("a", "1500m");
        host.read(Integer.MAX_VALUE);
        List<Request> flying = host.step();
        pod("b", "1500m");
        host.read(Integer.MAX_VALUE);
        List<Request> second = host.step();

        assertThat(flying).hasSize(1);
        assertThat(second)
                .allMatch(request -> "say why not".equals(request.origin().reason()));
        assertThat(second.getFirst().origin().assumed())
                .containsExactly(flying.getFirst().id());
    }

    @Test
    void aNodeThatIsNotReadyGetsNothing() {
        node("n1", "2");
        Node node = lab.need(Resource.NODES, "", "n1");
        lab.status(
                Resource.NODES,
                node.withStatus(node.status()
                        .withConditions(List.of(NodeCondition.builder()
                                .type("Ready")
                                .status("Unknown")
                                .build()))));
        pod("a", "1");
        scheduler().settle();
        assertThat(why("a")).contains("0/1 nodes are available: 1 node(s) were not ready.");
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(Long.getLong("seed", 1), Long.getLong("seed", 6));
    }

    static LongStream manySeeds() {
        return LongStream.rangeClosed(Long.getLong("seed", 100), Long.getLong("seed", 160));
    }

    @Tag("full")
    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("manySeeds")
    void neverOvercommitsFromManySeeds(long seed) {
        neverOvercommits(seed);
    }

    /// Whoever crashes and whatever is lost: no node is ever given more than it has, and all that fits is placed.
    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void neverOvercommits(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 6; i++) {
            node("n" + i, "4");
        }
        var hosts = new ArrayList<LabHost>(List.of(scheduler()));
        var network = new ArrayList<Request>();
        int pods = 0;
        for (int step = 0; step < 800; step++) {
            switch (random.nextInt(9)) {
                case 0 -> pod("p" + pods++, (1 + random.nextInt(20)) * 100 + "m");
                case 1 -> {
                    List<Pod> all = lab.all(Resource.PODS);
                    if (!all.isEmpty()) {
                        String name =
                                all.get(random.nextInt(all.size())).metadata().name();
                        lab.delete(Resource.PODS, "ns", name);
                        lab.confirm("ns", name);
                    }
                }
                case 2 -> lab.pass(Duration.ofMillis(random.nextInt(2_000)));
                case 3 -> {
                    if (random.nextInt(8) == 0) {
                        hosts.add(scheduler());
                    }
                    if (hosts.size() > 3) {
                        hosts.removeFirst();
                    }
                }
                case 4, 5 ->
                    network.addAll(hosts.get(random.nextInt(hosts.size())).step());
                case 6 -> hosts.get(random.nextInt(hosts.size())).read(random.nextInt(20));
                default -> {
                    if (!network.isEmpty()) {
                        Request request = network.get(random.nextInt(network.size()));
                        if (random.nextInt(6) != 0) {
                            network.remove(request);
                        }
                        lab.apply(request);
                    }
                }
            }
            taken().forEach((node, millis) -> assertThat(millis).as(node).isLessThanOrEqualTo(4_000));
        }
        LabHost last = scheduler();
        for (int i = 0; i < 20; i++) {
            last.settle();
            lab.pass(Duration.ofSeconds(5));
        }
        var taken = taken();
        lab.all(Resource.PODS).stream()
                .filter(pod -> pod.spec().nodeName().isEmpty())
                .forEach(pod -> IntStream.range(0, 6)
                        .forEach(i -> assertThat(taken.getOrDefault("n" + i, 0L) + millis(pod))
                                .isGreaterThan(4_000)));
    }

    private Map<String, Long> taken() {
        var taken = new HashMap<String, Long>();
        lab.all(Resource.PODS).forEach(pod -> taken.merge(pod.spec().nodeName(), millis(pod), Long::sum));
        taken.remove("");
        return taken;
    }

    private static long millis(Pod pod) {
        return Amounts.requested(pod).get(Amounts.CPU);
    }

    @Test
    void decidingAgainOnTheRecordedBasisGivesTheRecordedPlacements() {
        for (int i = 0; i < 7; i++) {
            node("n" + i, "4");
        }
        LabHost host = scheduler();
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 5; i++) {
                pod("p" + round + "-" + i, 100 * (1 + i) + "m");
            }
            host.settle();
        }

        int replayed = 0;
        for (Request request : lab.accepted()) {
            if (!"place".equals(request.origin().reason()) || request.origin().basis() == null) {
                continue;
            }
            var tables = LabHost.at(lab, Map.of(StoreName.MAIN, request.origin().basis()));
            var scheduler = new Scheduler(
                    new Envelope(
                            java.util.Objects.requireNonNull(request.tenure()),
                            new UUID(1, 1),
                            null,
                            Envelope.Basis.BOTH_STORES),
                    SchedulerMeter.NONE);
            assertThat(request.origin().assumed()).isEmpty();
            scheduler.begin(tables.everything(), tables);
            assertThat(scheduler
                            .place(request.origin().decidedAt(), tables)
                            .getFirst()
                            .items())
                    .isEqualTo(request.items());
            replayed++;
        }
        assertThat(replayed).isEqualTo(10);
    }

    @Test
    void fiveThousandNodesAreNoReasonToWait() {
        for (int i = 0; i < 5_000; i++) {
            node("n" + i, "32");
        }
        LabHost host = scheduler();
        host.settle();
        for (int i = 0; i < 50; i++) {
            pod("warm" + i, "100m");
            host.settle();
        }
        pod("one", "100m");
        host.read(Integer.MAX_VALUE);
        long start = System.nanoTime();
        host.step();
        Duration took = Duration.ofNanos(System.nanoTime() - start);

        assertThat(took).isLessThan(Duration.ofMillis(500));
    }
}
