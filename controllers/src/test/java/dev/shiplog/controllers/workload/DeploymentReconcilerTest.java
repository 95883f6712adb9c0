package dev.shiplog.controllers.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.apps.v1.Deployment;
import dev.shiplog.apps.v1.DeploymentStrategy;
import dev.shiplog.apps.v1.ReplicaSet;
import dev.shiplog.apps.v1.RollingUpdateDeployment;
import dev.shiplog.controllers.Pods;
import dev.shiplog.controllers.Town;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.journal.ItemOperation;
import dev.shiplog.journal.Request;
import dev.shiplog.store.reconcile.Resource;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DeploymentReconcilerTest {
    private final Town town = new Town();

    private void create(Deployment deployment) {
        town.lab.create(Resource.DEPLOYMENTS, deployment);
        town.quiet();
    }

    private ReplicaSet newest() {
        return town.sets("web").stream()
                .max(Comparator.comparingLong(
                        set -> Long.parseLong(set.metadata().annotations().get("deployment.kubernetes.io/revision"))))
                .orElseThrow();
    }

    @Test
    void aDeploymentRunsItsPodsByWayOfOneReplicaSet() {
        create(Town.deployment("web", 3, "web:1"));

        ReplicaSet set = newest();
        assertThat(town.sets("web")).hasSize(1);
        assertThat(set.metadata().name())
                .isEqualTo("web-" + set.metadata().labels().get("pod-template-hash"));
        assertThat(set.metadata().annotations())
                .containsEntry("deployment.kubernetes.io/desired-replicas", "3")
                .containsEntry("deployment.kubernetes.io/max-replicas", "4");
        assertThat(town.active("web")).hasSize(3).allSatisfy(pod -> {
            assertThat(pod.metadata().generateName()).isEqualTo(set.metadata().name() + "-");
            assertThat(pod.metadata().labels()).containsKeys("app", "pod-template-hash");
        });
        var status = town.deployment("web").status();
        assertThat(status.replicas()).isEqualTo(3);
        assertThat(status.updatedReplicas()).isEqualTo(3);
        assertThat(status.readyReplicas()).isEqualTo(3);
        assertThat(status.availableReplicas()).isEqualTo(3);
        assertThat(status.unavailableReplicas()).isZero();
        assertThat(status.observedGeneration()).isEqualTo(1);
        assertThat(town.condition("web", "Available"))
                .isEqualTo("True MinimumReplicasAvailable: Deployment has minimum availability.");
        assertThat(town.condition("web", "Progressing"))
                .isEqualTo("True NewReplicaSetAvailable: ReplicaSet \""
                        + set.metadata().name() + "\" has successfully progressed.");
        assertThat(town.deployment("web").metadata().annotations())
                .containsEntry("deployment.kubernetes.io/revision", "1");
        assertThat(town.lab.events())
                .contains("ScalingReplicaSet: Scaled up replica set "
                        + set.metadata().name() + " from 0 to 3");
    }

    @Test
    void undoMakesTheOldReplicaSetTheNewestRevision() {
        create(Town.deployment("web", 2, "web:1"));
        String first = newest().metadata().name();
        town.image("web", "web:2");
        town.quiet();
        assertThat(newest().metadata().name()).isNotEqualTo(first);
        assertThat(town.deployment("web").metadata().annotations())
                .containsEntry("deployment.kubernetes.io/revision", "2");

        town.image("web", "web:1");
        town.quiet();

        assertThat(newest().metadata().name()).isEqualTo(first);
        assertThat(newest().metadata().annotations())
                .containsEntry("deployment.kubernetes.io/revision", "3")
                .containsEntry("deployment.kubernetes.io/revision-history", "1");
        assertThat(town.deployment("web").metadata().annotations())
                .containsEntry("deployment.kubernetes.io/revision", "3");
        assertThat(town.active("web"))
                .hasSize(2)
                .allSatisfy(pod ->
                        assertThat(pod.spec().containers().getFirst().image()).isEqualTo("web:1"));
    }

    @ParameterizedTest(name = "{0} replicas, surge {1}, unavailable {2}: at most {3}, at least {4}")
    @CsvSource({
        "10, 25%, 25%, 13, 8",
        "4, 1, 0, 5, 4",
        "4, 0, 1, 4, 3",
        "1, 25%, 25%, 2, 1",
        "3, 0%, 0%, 3, 2",
        "5, 100%, 100%, 10, 0",
        "7, 30%, 0, 10, 7"
    })
    void aRollStaysWithinItsBounds(int replicas, String surge, String unavailable, int most, int least) {
        Deployment deployment = Town.deployment("web", replicas, "web:1");
        create(deployment.withSpec(deployment
                .spec()
                .withStrategy(DeploymentStrategy.builder()
                        .type("RollingUpdate")
                        .rollingUpdate(RollingUpdateDeployment.builder()
                                .maxSurge(number(surge))
                                .maxUnavailable(number(unavailable))
                                .build())
                        .build())));
        town.image("web", "web:2");

        int highest = 0;
        int lowest = Integer.MAX_VALUE;
        for (int i = 0; i < 3_000; i++) {
            town.namespaced().read(1);
            town.namespaced().step().forEach(town.lab::apply);
            List<Pod> pods = town.pods("web");
            if (!town.namespaced().behind() && !pods.isEmpty()) {
                town.lab.pass(Duration.ofMillis(500));
                town.advance(pods.get(i % pods.size()));
            }
            highest = Math.max(highest, town.active("web").size());
            lowest = Math.min(
                    lowest,
                    Math.toIntExact(
                            town.active("web").stream().filter(Pods::ready).count()));
        }

        assertThat(highest).isEqualTo(most);
        assertThat(lowest).isGreaterThanOrEqualTo(least);
        assertThat(town.active("web"))
                .hasSize(replicas)
                .allSatisfy(pod ->
                        assertThat(pod.spec().containers().getFirst().image()).isEqualTo("web:2"));
    }

    private static Object number(String text) {
        return text.endsWith("%") ? text : Integer.valueOf(text);
    }

    @Test
    void recreateStopsEverythingBeforeItStartsAnything() {
        Deployment deployment = Town.deployment("web", 3, "web:1");
        create(deployment.withSpec(deployment
                .spec()
                .withStrategy(DeploymentStrategy.builder().type("Recreate").build())));
        town.image("web", "web:2");
        town.settle();

        assertThat(town.pods("web")).hasSize(3).allMatch(Pods::terminating);
        assertThat(town.sets("web")).hasSize(1);

        town.quiet();
        assertThat(town.active("web"))
                .hasSize(3)
                .allSatisfy(pod ->
                        assertThat(pod.spec().containers().getFirst().image()).isEqualTo("web:2"));
    }

    @Test
    void aRollThatDoesNotMoveExceedsItsDeadlineAndLeavesOldPodsServing() {
        create(Town.deployment("web", 4, "web:1"));
        town.image("web", "broken:2");
        town.quiet();
        assertThat(town.condition("web", "Progressing"))
                .contains("ReplicaSetUpdated")
                .contains("is progressing.");

        town.lab.pass(Duration.ofSeconds(601));
        town.renew("node-1");
        town.settle();

        assertThat(town.condition("web", "Progressing"))
                .isEqualTo("False ProgressDeadlineExceeded: ReplicaSet \""
                        + newest().metadata().name() + "\" has timed out progressing.");
        assertThat(town.active("web").stream().filter(Pods::ready)).hasSize(3);
        assertThat(town.condition("web", "Available")).startsWith("True");
    }

    /// kubernetes.io/docs/concepts/workloads/controllers/deployment, "Failed Deployment": insufficient quota gives
    /// `ReplicaFailure True FailedCreate`, on the ReplicaSet and on the Deployment, until pods can be created.
    @Test
    void whatKeepsPodsFromBeingCreatedIsShownUntilItIsOver() {
        town.lab.forbid(request -> creates(request, Resource.PODS) ? "exceeded quota" : null);
        create(Town.deployment("web", 3, "web:1"));

        assertThat(town.pods("web")).isEmpty();
        assertThat(town.sets("web").getFirst().status().conditions())
                .singleElement()
                .satisfies(condition -> {
                    assertThat(condition.type()).isEqualTo("ReplicaFailure");
                    assertThat(condition.status()).isEqualTo("True");
                    assertThat(condition.reason()).isEqualTo("FailedCreate");
                    assertThat(condition.message()).isEqualTo("exceeded quota");
                });
        assertThat(town.condition("web", "ReplicaFailure")).isEqualTo("True FailedCreate: exceeded quota");
        assertThat(town.condition("web", "Progressing")).contains("NewReplicaSetCreated");

        town.lab.forbid(_ -> null);
        town.lab.pass(Duration.ofMinutes(5));
        town.quiet();
        assertThat(town.active("web")).hasSize(3);
        assertThat(town.sets("web").getFirst().status().conditions()).isEmpty();
        assertThat(town.condition("web", "ReplicaFailure")).isEqualTo("none");
    }

    /// A failure that lasts is no reason to write without end.
    @Test
    void aFailureThatLastsIsSaidOnceAndTriedLessAndLess() {
        town.lab.forbid(request -> creates(request, Resource.PODS) ? "exceeded quota" : null);
        create(Town.deployment("web", 3, "web:1"));
        town.lab.pass(Duration.ofMinutes(10));
        town.settle();
        long tries = town.lab.appended().stream()
                .filter(request -> creates(request, Resource.PODS))
                .count();
        long told = town.lab.accepted().stream()
                .filter(request -> "tell of the failure".equals(request.origin().reason()))
                .count();

        assertThat(told).isEqualTo(1);
        assertThat(tries).isBetween(2L, 12L);
    }

    private static boolean creates(Request request, Resource<?> resource) {
        return request.items().stream()
                .anyMatch(item -> item.operation() == ItemOperation.CREATE && resource.has(item.target()));
    }

    @Test
    void aPausedDeploymentScalesButDoesNotRoll() {
        create(Town.deployment("web", 2, "web:1"));
        Deployment now = town.deployment("web");
        town.lab.update(
                Resource.DEPLOYMENTS,
                now.withSpec(now.spec().withPaused(true).withTemplate(Town.template("web", "web:2"))));
        town.quiet();
        town.scale("web", 4);
        town.quiet();

        assertThat(town.sets("web")).hasSize(1);
        assertThat(town.active("web")).hasSize(4);
        assertThat(town.condition("web", "Progressing")).isEqualTo("Unknown DeploymentPaused: Deployment is paused");

        now = town.deployment("web");
        town.lab.update(Resource.DEPLOYMENTS, now.withSpec(now.spec().withPaused(false)));
        town.quiet();
        assertThat(town.sets("web")).hasSize(2);
        assertThat(town.condition("web", "Progressing")).startsWith("True NewReplicaSetAvailable");
    }

    @Test
    void scalingDuringARollIsSharedInProportion() {
        Deployment deployment = Town.deployment("web", 10, "web:1");
        create(deployment.withSpec(deployment
                .spec()
                .withStrategy(DeploymentStrategy.builder()
                        .type("RollingUpdate")
                        .rollingUpdate(RollingUpdateDeployment.builder()
                                .maxSurge(3)
                                .maxUnavailable(2)
                                .build())
                        .build())));
        town.image("web", "broken:2");
        town.quiet();
        var before = sizes();
        town.scale("web", 15);
        town.settle();

        assertThat(before).containsEntry("web:1", 8).containsEntry("broken:2", 5);
        assertThat(sizes()).containsEntry("web:1", 11).containsEntry("broken:2", 7);
    }

    private Map<String, Integer> sizes() {
        var sizes = new TreeMap<String, Integer>();
        town.sets("web")
                .forEach(set -> sizes.put(
                        set.spec().template().spec().containers().getFirst().image(), Town.replicas(set)));
        return sizes;
    }

    @Test
    void historyKeepsAsManyOldReplicaSetsAsItsLimitSays() {
        Deployment deployment = Town.deployment("web", 1, "web:0");
        create(deployment.withSpec(deployment.spec().withRevisionHistoryLimit(2)));
        for (int i = 1; i <= 5; i++) {
            town.image("web", "web:" + i);
            town.quiet();
        }

        assertThat(town.sets("web").stream()
                        .map(set -> set.metadata().annotations().get("deployment.kubernetes.io/revision")))
                .containsExactlyInAnyOrder("4", "5", "6");
    }

    @Test
    void aForeignReplicaSetWithTheNameCountsAsACollision() {
        Deployment deployment = Town.deployment("web", 1, "web:1");
        String hash = Templates.hash(deployment.spec().template(), null);
        town.lab.create(
                Resource.REPLICA_SETS,
                ReplicaSet.builder()
                        .metadata(dev.shiplog.meta.v1.ObjectMeta.builder()
                                .namespace(Town.NS)
                                .name("web-" + hash)
                                .build())
                        .spec(dev.shiplog.apps.v1.ReplicaSetSpec.builder()
                                .replicas(0)
                                .selector(dev.shiplog.meta.v1.LabelSelector.builder()
                                        .matchLabels(Map.of("x", "y"))
                                        .build())
                                .build())
                        .build());
        create(deployment);

        assertThat(town.deployment("web").status().collisionCount()).isEqualTo(1);
        assertThat(town.active("web")).hasSize(1);
    }

    @Test
    void podsAreReplacedAndScaledAway() {
        create(Town.deployment("web", 5, "web:1"));
        String gone = town.active("web").getFirst().metadata().name();
        town.lab.delete(Resource.PODS, Town.NS, gone);
        town.quiet();
        assertThat(town.active("web"))
                .hasSize(5)
                .noneMatch(pod -> pod.metadata().name().equals(gone));

        town.ready(town.active("web").get(2), false);
        String idle = town.active("web").get(2).metadata().name();
        town.scale("web", 4);
        town.settle();
        assertThat(town.active("web"))
                .hasSize(4)
                .noneMatch(pod -> pod.metadata().name().equals(idle));
        town.scale("web", 0);
        town.quiet();
        assertThat(town.pods("web")).isEmpty();
        assertThat(town.deployment("web").status().replicas()).isZero();
    }

    @Test
    void minReadySecondsDelayAvailability() {
        Deployment deployment = Town.deployment("web", 2, "web:1");
        town.lab.create(
                Resource.DEPLOYMENTS, deployment.withSpec(deployment.spec().withMinReadySeconds(30)));
        town.settle();
        town.agents();
        town.agents();
        town.settle();
        assertThat(town.deployment("web").status().readyReplicas()).isEqualTo(2);
        assertThat(town.deployment("web").status().availableReplicas()).isZero();

        town.lab.pass(Duration.ofSeconds(31));
        town.settle();
        assertThat(town.deployment("web").status().availableReplicas()).isEqualTo(2);
        assertThat(newest().status().availableReplicas()).isEqualTo(2);
    }

    @Test
    void orphansAreAdoptedAndStrayPodsReleased() {
        create(Town.deployment("web", 2, "web:1"));
        ReplicaSet set = newest();
        var labels = set.spec().template().metadata().labels();
        town.lab.create(
                Resource.PODS,
                Pod.builder()
                        .metadata(dev.shiplog.meta.v1.ObjectMeta.builder()
                                .namespace(Town.NS)
                                .name("stray")
                                .labels(labels)
                                .build())
                        .build());
        town.settle();
        assertThat(town.active("web")).hasSize(2);

        Pod one = town.active("web").getFirst();
        town.lab.update(Resource.PODS, one.withMetadata(one.metadata().withLabels(Map.of("app", "quarantine"))));
        town.quiet();

        Pod freed = town.lab.need(Resource.PODS, Town.NS, one.metadata().name());
        assertThat(freed.metadata().ownerReferences()).isEmpty();
        assertThat(town.active("web")).hasSize(2);
    }
}
