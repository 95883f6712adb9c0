package dev.shiplog.store.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.core.v1.ConfigMap;
import dev.shiplog.journal.Request;
import dev.shiplog.schemas.StoreName;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class DeskTest {
    private final Lab lab = new Lab();

    private LabHost host(long instance) {
        return LabHost.desk(lab, instance, List.of(new Copies()));
    }

    private long copies(String source) {
        return lab.all(Resource.CONFIG_MAPS).stream()
                .flatMap(map -> map.metadata().ownerReferences().stream())
                .filter(owner -> owner.name().equals(source))
                .count();
    }

    @Test
    void nothingIsAskedForBeforeTheOwnTableShowsTheClaim() {
        lab.create(Resource.CONFIG_MAPS, Copies.source("a", "2"));
        LabHost host = host(1);

        List<Request> first = host.step();
        first.forEach(lab::apply);
        List<Request> blind = host.step();
        host.read(Integer.MAX_VALUE);
        List<Request> seeing = host.step();

        assertThat(first).hasSize(1);
        assertThat(first.getFirst().items().getFirst().target().resource()).isEqualTo("tenure");
        assertThat(blind).isEmpty();
        assertThat(seeing).hasSize(1);
        assertThat(seeing.getFirst().tenureRevision()).isPositive();
        assertThat(seeing.getFirst().items()).hasSize(3);
    }

    @Test
    void aRequestSaysWhatItWasDecidedFrom() {
        lab.create(Resource.CONFIG_MAPS, Copies.source("a", "1"));
        host(1).settle();

        Request request = lab.accepted().stream()
                .filter(each -> each.origin().component().equals("copies") && each.tenure() != null)
                .findFirst()
                .orElseThrow();

        assertThat(request.origin().basis()).isEqualTo(2);
        assertThat(request.origin().basisEphemeral()).isZero();
        assertThat(request.origin().decidedAt()).isEqualTo(lab.now());
        assertThat(request.origin().causedBy()).isEqualTo(1);
        assertThat(lab.events()).contains("Copied: done");
    }

    /// `workqueue_depth`, as Kubernetes' controllers have it.
    @Test
    void theDepthOfTheQueueIsWhatWaits() {
        var registry = new PrometheusRegistry();
        lab.create(Resource.CONFIG_MAPS, Copies.source("a", "1"));
        lab.create(Resource.CONFIG_MAPS, Copies.source("b", "1"));

        LabHost host = LabHost.desk(lab, "lab", 1, List.of(new Copies()), new ReconcileMetrics(registry));

        assertThat(depth(registry)).isEqualTo(2);
        host.settle();
        assertThat(depth(registry)).isZero();
    }

    private static double depth(PrometheusRegistry registry) {
        return registry.scrape(name -> name.equals("workqueue_depth")).stream()
                .flatMap(metric -> ((GaugeSnapshot) metric).getDataPoints().stream())
                .mapToDouble(GaugeSnapshot.GaugeDataPointSnapshot::getValue)
                .sum();
    }

    @Test
    void oneRequestOfAnOwnerIsInFlight() {
        LabHost host = host(1);
        host.settle();
        lab.create(Resource.CONFIG_MAPS, Copies.source("a", "1"));
        host.read(Integer.MAX_VALUE);
        List<Request> flying = host.step();

        lab.update(Resource.CONFIG_MAPS, Copies.source("a", "5"));
        host.read(Integer.MAX_VALUE);
        List<Request> meanwhile = host.step();
        flying.forEach(lab::apply);
        host.settle();

        assertThat(flying).hasSize(1);
        assertThat(meanwhile).isEmpty();
        assertThat(copies("a")).isEqualTo(5);
    }

    @Test
    void aRequestWithoutOutcomeIsSentAgainWithTheSameId() {
        LabHost host = host(1);
        host.settle();
        lab.create(Resource.CONFIG_MAPS, Copies.source("a", "1"));
        host.read(Integer.MAX_VALUE);
        List<Request> lost = host.step();

        lab.pass(Flights.SEND_AGAIN.minusMillis(1));
        List<Request> early = host.step();
        lab.pass(Duration.ofMillis(1));
        List<Request> again = host.step();
        again.forEach(lab::apply);
        again.forEach(lab::apply);
        host.settle();

        assertThat(early).isEmpty();
        assertThat(again).isEqualTo(lost);
        assertThat(copies("a")).isEqualTo(1);
    }

    @Test
    void aZombieIsRefusedAndStandsBack() {
        LabHost zombie = host(1);
        zombie.settle();
        lab.create(Resource.CONFIG_MAPS, Copies.source("a", "3"));
        zombie.read(Integer.MAX_VALUE);
        List<Request> late = zombie.step();

        LabHost successor = host(2);
        successor.step().forEach(lab::apply);
        Answer answer = lab.apply(late.getFirst());
        successor.settle();
        zombie.read(Integer.MAX_VALUE);
        zombie.step();

        assertThat(late).hasSize(1);
        assertThat(answer)
                .as("nothing but the tenure speaks against it")
                .isEqualTo(new Answer.Conflict(
                        late.getFirst().id(), late.getFirst().tenure(), 0));
        assertThat(zombie.duty().ready()).isFalse();
        assertThat(zombie.step()).isEmpty();
        assertThat(copies("a")).isEqualTo(3);
        lab.pass(Tenure.STAND_BACK);
        assertThat(zombie.step()).hasSize(1);
    }

    @Test
    void aRefusalIsToldTheReconcilerOnceAndTheWorkIsTriedAgainLater() {
        lab.create(Resource.CONFIG_MAPS, Copies.source("a", "2"));
        lab.forbid(request -> request.items().size() > 1 ? "too many" : null);
        LabHost host = host(1);
        host.settle();

        assertThat(lab.need(Resource.CONFIG_MAPS, "ns", "a").data()).containsEntry("refused", "403 too many");
        assertThat(copies("a")).isZero();
        int before = lab.appended().size();
        host.settle();
        assertThat(lab.appended()).as("waits").hasSize(before);

        lab.forbid(_ -> null);
        lab.pass(Desk.REFUSED_MIN);
        host.settle();
        assertThat(copies("a")).isEqualTo(2);
    }

    @Test
    void aReconcilerThatThrowsHasItsKeySetAside() {
        lab.create(Resource.CONFIG_MAPS, Copies.source("bad", "many"));
        lab.create(Resource.CONFIG_MAPS, Copies.source("good", "2"));
        LabHost host = host(1);
        host.settle();

        assertThat(copies("good")).isEqualTo(2);
        assertThat(lab.events()).anyMatch(event -> event.startsWith("ReconcileFailed: copies cannot handle"));
        long told = lab.events().size();
        lab.pass(Duration.ofMinutes(10));
        host.settle();
        assertThat(lab.events()).as("told once").hasSize((int) told);

        lab.update(Resource.CONFIG_MAPS, Copies.source("bad", "1"));
        host.settle();
        assertThat(copies("bad")).isEqualTo(1);
    }

    @Test
    void controllersRewriteAnObjectAtMostSixtyTimesAMinute() {
        LabHost host = host(1);
        host.settle();
        lab.create(Resource.CONFIG_MAPS, Copies.source("a", "0"));
        var rewrites = new ArrayList<java.time.Instant>();
        var random = new Random(7);
        for (int i = 0; i < 3_000; i++) {
            ConfigMap now = lab.need(Resource.CONFIG_MAPS, "ns", "a");
            lab.update(Resource.CONFIG_MAPS, now.withData(Map.of("count", Integer.toString(random.nextInt(5)))));
            int before = lab.accepted().size();
            host.settle();
            lab.accepted().stream()
                    .skip(before)
                    .filter(each -> each.tenure() != null)
                    .forEach(_ -> rewrites.add(lab.now()));
            lab.pass(Duration.ofMillis(100));
        }

        for (int i = 0; i < rewrites.size(); i++) {
            var from = rewrites.get(i);
            long within = rewrites.stream()
                    .filter(at -> !at.isBefore(from) && at.isBefore(from.plusSeconds(60)))
                    .count();
            assertThat(within).isLessThanOrEqualTo(Pace.PER_MINUTE_MAX);
        }
        assertThat(rewrites).hasSizeGreaterThan(100);
        lab.pass(Duration.ofMinutes(5));
        host.settle();
        assertThat(copies("a"))
                .isEqualTo(Integer.parseInt(
                        lab.need(Resource.CONFIG_MAPS, "ns", "a").data().get("count")));
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(Long.getLong("seed", 1), Long.getLong("seed", 10));
    }

    static LongStream manySeeds() {
        return LongStream.rangeClosed(Long.getLong("seed", 100), Long.getLong("seed", 200));
    }

    @Tag("full")
    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("manySeeds")
    void convergesFromManySeeds(long seed) {
        convergesWhateverIsLostRepeatedOrLate(seed);
    }

    /// Hosts crash and linger as zombies, requests are lost, late or repeated, and users interfere; in the end there is
    /// exactly what was asked for, and no name was ever made twice by different requests.
    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void convergesWhateverIsLostRepeatedOrLate(long seed) {
        var random = new Random(seed);
        var hosts = new ArrayList<LabHost>();
        var network = new ArrayList<Request>();
        long instances = 1;
        hosts.add(host(instances));
        for (int step = 0; step < 1_500; step++) {
            switch (random.nextInt(12)) {
                case 0 -> {
                    String name = "s" + random.nextInt(4);
                    var source = Copies.source(name, Integer.toString(random.nextInt(6)));
                    if (lab.get(Resource.CONFIG_MAPS, "ns", name) == null) {
                        lab.create(Resource.CONFIG_MAPS, source);
                    } else {
                        lab.update(Resource.CONFIG_MAPS, source);
                    }
                }
                case 1 -> {
                    List<ConfigMap> all = lab.all(Resource.CONFIG_MAPS).stream()
                            .filter(map -> !map.metadata().ownerReferences().isEmpty())
                            .toList();
                    if (!all.isEmpty()) {
                        lab.delete(
                                Resource.CONFIG_MAPS,
                                "ns",
                                all.get(random.nextInt(all.size())).metadata().name());
                    }
                }
                case 2 -> lab.pass(Duration.ofMillis(random.nextInt(3_000)));
                case 3 -> {
                    if (random.nextInt(10) == 0) {
                        hosts.add(host(++instances));
                    }
                    if (hosts.size() > 3) {
                        hosts.removeFirst();
                    }
                }
                case 4, 5, 6 -> network.addAll(pick(hosts, random).step());
                case 7, 8, 9 -> pick(hosts, random).read(random.nextInt(20));
                default -> deliver(network, random);
            }
        }
        while (!network.isEmpty()) {
            deliver(network, random);
        }
        LabHost last = host(++instances);
        for (int i = 0; i < 60; i++) {
            last.settle();
            lab.pass(Duration.ofSeconds(5));
        }

        for (ConfigMap source : lab.all(Resource.CONFIG_MAPS)) {
            if (source.metadata().ownerReferences().isEmpty()) {
                assertThat(copies(source.metadata().name()))
                        .as(source.metadata().name())
                        .isEqualTo(Integer.parseInt(source.data().get("count")));
            }
        }
        var created = new HashSet<String>();
        lab.accepted()
                .forEach(request -> request.items().stream()
                        .filter(item -> item.operation() == dev.shiplog.journal.ItemOperation.CREATE)
                        .filter(item -> lab.storeOf(item.target()) == StoreName.MAIN)
                        .forEach(item -> assertThat(created.add(item.target().name()))
                                .as("created once: %s", item.target())
                                .isTrue()));
    }

    private static LabHost pick(List<LabHost> hosts, Random random) {
        return hosts.get(random.nextInt(hosts.size()));
    }

    private void deliver(List<Request> network, Random random) {
        if (network.isEmpty()) {
            return;
        }
        Request request = network.get(random.nextInt(network.size()));
        switch (random.nextInt(5)) {
            case 0 -> network.remove(request);
            case 1 -> lab.apply(request);
            default -> {
                network.remove(request);
                lab.apply(request);
            }
        }
    }
}
