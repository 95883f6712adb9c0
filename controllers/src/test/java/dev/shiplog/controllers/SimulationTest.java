package dev.shiplog.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.core.v1.Namespace;
import dev.shiplog.core.v1.NamespaceSpec;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.Service;
import dev.shiplog.core.v1.ServicePort;
import dev.shiplog.core.v1.ServiceSpec;
import dev.shiplog.journal.ItemOperation;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Request;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.reconcile.Decision;
import dev.shiplog.store.reconcile.LabHost;
import dev.shiplog.store.reconcile.Reconciler;
import dev.shiplog.store.reconcile.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A whole cluster of controllers under users who interfere, hosts that crash and linger, and a network that loses,
/// delays and repeats.
final class SimulationTest {
    private static final int STEPS = 1_200;

    static LongStream seeds() {
        return LongStream.rangeClosed(Long.getLong("seed", 1), Long.getLong("seed", 5));
    }

    static LongStream manySeeds() {
        return LongStream.rangeClosed(Long.getLong("seed", 100), Long.getLong("seed", 200));
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void endsWhereItShould(long seed) {
        new Run(seed).run();
    }

    @Tag("full")
    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("manySeeds")
    void endsWhereItShouldFromManySeeds(long seed) {
        new Run(seed).run();
    }

    private static final class Run {
        private static final List<String> APPS = List.of("a", "b", "c");
        private final Town town = new Town();
        private final Random random;
        private final List<LabHost> hosts = new ArrayList<>();
        private final List<Request> network = new ArrayList<>();

        Run(long seed) {
            random = new Random(seed);
        }

        void run() {
            town.lab.create(
                    Resource.NAMESPACES,
                    Namespace.builder()
                            .metadata(ObjectMeta.builder().name(Town.NS).build())
                            .spec(NamespaceSpec.builder()
                                    .finalizers(List.of("kubernetes"))
                                    .build())
                            .build());
            hosts.add(town.namespacedHost());
            hosts.add(town.clusterHost());
            for (int step = 0; step < STEPS; step++) {
                step();
            }
            network.forEach(town.lab::apply);
            town.restart();
            for (int i = 0; i < 30; i++) {
                town.settle();
                town.agents();
                town.lab.pass(Duration.ofSeconds(5));
            }
            town.quiet();
            check();
        }

        private void step() {
            switch (random.nextInt(16)) {
                case 0 -> user();
                case 1, 2 -> {
                    List<Pod> pods = town.lab.all(Resource.PODS);
                    if (!pods.isEmpty()) {
                        town.advance(pods.get(random.nextInt(pods.size())));
                    }
                }
                case 3 -> {
                    town.lab.pass(Duration.ofMillis(random.nextInt(4_000)));
                    town.renew("node-1");
                }
                case 4 -> {
                    if (random.nextInt(12) == 0) {
                        hosts.add(random.nextBoolean() ? town.namespacedHost() : town.clusterHost());
                    }
                    if (hosts.size() > 5) {
                        hosts.removeFirst();
                    }
                }
                case 5, 6, 7, 8 ->
                    network.addAll(hosts.get(random.nextInt(hosts.size())).step());
                case 9, 10, 11 -> hosts.get(random.nextInt(hosts.size())).read(random.nextInt(30));
                default -> deliver();
            }
        }

        private void deliver() {
            if (!network.isEmpty()) {
                Request request = network.get(random.nextInt(network.size()));
                int fate = random.nextInt(8);
                if (fate != 1) {
                    network.remove(request);
                }
                if (fate != 0) {
                    town.lab.apply(request);
                }
            }
        }

        private void user() {
            String app = APPS.get(random.nextInt(APPS.size()));
            boolean there = town.lab.get(Resource.DEPLOYMENTS, Town.NS, app) != null;
            switch (random.nextInt(7)) {
                case 0 -> {
                    if (!there) {
                        town.lab.create(Resource.DEPLOYMENTS, Town.deployment(app, random.nextInt(8), "i:1"));
                    }
                }
                case 1 -> {
                    if (there) {
                        town.scale(app, random.nextInt(10));
                    }
                }
                case 2, 3 -> {
                    if (there) {
                        town.image(app, "i:" + random.nextInt(4));
                    }
                }
                case 4 -> {
                    List<Pod> pods = town.lab.all(Resource.PODS);
                    if (!pods.isEmpty()) {
                        Pod pod = pods.get(random.nextInt(pods.size()));
                        town.lab.delete(Resource.PODS, Town.NS, pod.metadata().name());
                    }
                }
                case 5 -> {
                    if (town.lab.get(Resource.SERVICES, Town.NS, app) == null) {
                        town.lab.create(Resource.SERVICES, service(app));
                    } else if (random.nextInt(3) == 0) {
                        town.lab.delete(Resource.SERVICES, Town.NS, app);
                    }
                }
                default -> {
                    if (there && random.nextInt(6) == 0) {
                        town.lab.delete(Resource.DEPLOYMENTS, Town.NS, app);
                    }
                }
            }
        }

        private static Service service(String app) {
            return Service.builder()
                    .metadata(ObjectMeta.builder().namespace(Town.NS).name(app).build())
                    .spec(ServiceSpec.builder()
                            .type("ClusterIP")
                            .clusterIP("10.43.0.9")
                            .selector(Map.of("app", app))
                            .ports(List.of(ServicePort.builder()
                                    .port(80)
                                    .protocol("TCP")
                                    .build()))
                            .build())
                    .build();
        }

        private void check() {
            for (String app : APPS) {
                var deployment = town.lab.get(Resource.DEPLOYMENTS, Town.NS, app);
                if (deployment == null) {
                    assertThat(town.pods(app)).as(app).isEmpty();
                } else {
                    int wanted = deployment.spec().replicas() == null
                            ? 1
                            : deployment.spec().replicas();
                    String image = deployment
                            .spec()
                            .template()
                            .spec()
                            .containers()
                            .getFirst()
                            .image();
                    assertThat(town.pods(app)).as(app).hasSize(wanted).allSatisfy(pod -> {
                        assertThat(Pods.ready(pod)).isTrue();
                        assertThat(pod.spec().containers().getFirst().image()).isEqualTo(image);
                    });
                    assertThat(deployment.status().availableReplicas()).isEqualTo(wanted);
                    assertThat(town.condition(app, "Progressing")).contains("NewReplicaSetAvailable");
                }
                endpoints(app);
            }
            createdOnce();
        }

        private void endpoints(String app) {
            var slices = town.lab.all(Resource.ENDPOINT_SLICES).stream()
                    .filter(slice -> app.equals(slice.metadata().labels().get("kubernetes.io/service-name")))
                    .toList();
            if (town.lab.get(Resource.SERVICES, Town.NS, app) == null) {
                assertThat(slices).isEmpty();
                return;
            }
            var addresses = slices.stream()
                    .flatMap(slice -> slice.endpoints().stream())
                    .flatMap(endpoint -> endpoint.addresses().stream())
                    .collect(Collectors.toCollection(TreeSet::new));
            var wanted = town.pods(app).stream()
                    .map(pod -> pod.status().podIP())
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(addresses).isEqualTo(wanted);
        }

        private void createdOnce() {
            var made = new HashSet<Key>();
            town.lab.accepted().stream()
                    .flatMap(request -> request.items().stream())
                    .filter(item -> item.operation() == ItemOperation.CREATE && Resource.PODS.has(item.target()))
                    .forEach(item -> assertThat(made.add(item.target())).isTrue());
        }
    }

    /// Every request that took effect, decided again by the same function on the tables as they were.
    @Test
    void replayOfTheRecordedBasisGivesTheRecordedRequests() {
        var town = new Town();
        town.lab.create(Resource.DEPLOYMENTS, Town.deployment("a", 5, "i:1"));
        town.quiet();
        town.image("a", "i:2");
        town.quiet();
        town.scale("a", 2);
        town.quiet();
        Map<String, Reconciler> reconcilers = Controllers.namespaced("PEM").stream()
                .collect(Collectors.toMap(Reconciler::name, reconciler -> reconciler));

        int replayed = 0;
        for (Request request : town.lab.accepted()) {
            var reconciler = reconcilers.get(request.origin().component());
            if (reconciler == null || request.origin().basis() == null) {
                continue;
            }
            var tables =
                    LabHost.at(town.lab, Map.of(StoreName.MAIN, request.origin().basis()));
            List<Decision> decisions = tables.everything().stream()
                    .map(row -> reconciler.reconcile(
                            row.key(), tables, request.origin().decidedAt()))
                    .filter(decision -> !decision.items().isEmpty())
                    .toList();
            assertThat(decisions)
                    .as("%s at %d", reconciler.name(), request.origin().basis())
                    .anySatisfy(decision -> {
                        assertThat(decision.items())
                                .startsWith(request.items().toArray(dev.shiplog.journal.Item[]::new));
                        assertThat(decision.guards()).isEqualTo(request.guards());
                    });
            replayed++;
        }
        assertThat(replayed).isGreaterThan(20);
    }

    @Test
    void aThousandPodsAreMadeAndRolledInReasonableTime() {
        var town = new Town();
        town.lab.create(Resource.DEPLOYMENTS, Town.deployment("a", 1_000, "i:1"));
        long start = System.nanoTime();
        town.quiet();
        assertThat(town.active("a")).hasSize(1_000);
        town.image("a", "i:2");
        town.quiet();
        assertThat(town.active("a"))
                .hasSize(1_000)
                .allSatisfy(pod ->
                        assertThat(pod.spec().containers().getFirst().image()).isEqualTo("i:2"));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
    }
}
