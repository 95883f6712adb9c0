package dev.shiplog.controllers.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.controllers.Pods;
import dev.shiplog.controllers.Town;
import dev.shiplog.core.v1.Node;
import dev.shiplog.core.v1.NodeCondition;
import dev.shiplog.core.v1.NodeSpec;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodSpec;
import dev.shiplog.core.v1.Taint;
import dev.shiplog.core.v1.Toleration;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.store.reconcile.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class NodeTest {
    private final Town town = new Town();
    private final List<String> alive = new ArrayList<>(List.of("node-1"));

    private void nodes(int count) {
        IntStream.rangeClosed(2, count).mapToObj(i -> "node-" + i).forEach(name -> {
            town.node(name);
            alive.add(name);
        });
        town.settle();
    }

    private void seconds(int seconds) {
        for (int i = 0; i < seconds; i++) {
            town.lab.pass(Duration.ofSeconds(1));
            alive.forEach(town::renew);
            town.settle();
        }
    }

    private void pod(String name, String node, Toleration... tolerations) {
        town.lab.create(
                Resource.PODS,
                Pod.builder()
                        .metadata(ObjectMeta.builder()
                                .namespace(Town.NS)
                                .name(name)
                                .build())
                        .spec(PodSpec.builder()
                                .nodeName(node)
                                .tolerations(List.of(tolerations))
                                .build())
                        .build());
        town.ready(town.lab.need(Resource.PODS, Town.NS, name), true);
    }

    private boolean evicted(String name) {
        return Pods.terminating(town.lab.need(Resource.PODS, Town.NS, name));
    }

    private Node node(String name) {
        return town.lab.need(Resource.NODES, "", name);
    }

    private List<String> taints(String name) {
        return node(name).spec().taints().stream()
                .map(taint -> taint.key() + ":" + taint.effect())
                .toList();
    }

    private String ready(String name) {
        return node(name).status().conditions().stream()
                .filter(condition -> condition.type().equals("Ready"))
                .map(condition -> condition.status() + " " + condition.reason())
                .findFirst()
                .orElse("");
    }

    private static Toleration forSeconds(String key, long seconds) {
        return Toleration.builder()
                .key(key)
                .operator("Exists")
                .effect("NoExecute")
                .tolerationSeconds(seconds)
                .build();
    }

    @Test
    void aSilentNodeIsUnknownTaintedAndLosesPodsThatDoNotTolerateIt() {
        nodes(4);
        pod("plain", "node-2");
        pod("patient", "node-2", forSeconds(Taints.UNREACHABLE, 30));
        pod("everywhere", "node-2", Toleration.builder().operator("Exists").build());
        pod("elsewhere", "node-3");
        alive.remove("node-2");
        seconds(39);
        assertThat(ready("node-2")).startsWith("True");
        seconds(8);

        assertThat(ready("node-2")).isEqualTo("Unknown NodeStatusUnknown");
        assertThat(taints("node-2"))
                .containsExactly(Taints.UNREACHABLE + ":NoSchedule", Taints.UNREACHABLE + ":NoExecute");
        assertThat(evicted("plain")).isTrue();
        assertThat(evicted("patient")).isFalse();
        assertThat(Pods.ready(town.lab.need(Resource.PODS, Town.NS, "everywhere")))
                .isFalse();
        seconds(31);
        assertThat(evicted("patient")).isTrue();
        assertThat(evicted("everywhere")).isFalse();
        assertThat(evicted("elsewhere")).isFalse();
    }

    @Test
    void nobodyIsEvictedWhileMostNodesAreSilent() {
        nodes(5);
        pod("plain", "node-2");
        alive.removeAll(List.of("node-2", "node-3", "node-4"));
        seconds(60);

        assertThat(ready("node-2")).startsWith("Unknown");
        assertThat(taints("node-2")).containsExactly(Taints.UNREACHABLE + ":NoSchedule");
        assertThat(evicted("plain")).isFalse();

        alive.add("node-3");
        for (String back : List.of("node-3")) {
            Node now = node(back);
            town.lab.status(
                    Resource.NODES,
                    now.withStatus(now.status()
                            .withConditions(List.of(NodeCondition.builder()
                                    .type("Ready")
                                    .status("True")
                                    .build()))));
        }
        seconds(6);
        assertThat(taints("node-3")).isEmpty();
        assertThat(evicted("plain")).isTrue();
    }

    @Test
    void allAgentsGoneMakesAllNodesUnknownThoughNobodyWritesLeases() {
        nodes(2);
        alive.clear();
        seconds(70);

        assertThat(ready("node-1")).startsWith("Unknown");
        assertThat(ready("node-2")).startsWith("Unknown");
    }

    @Test
    void taintsOfOthersStay() {
        nodes(3);
        Node now = node("node-2");
        town.lab.update(
                Resource.NODES,
                now.withSpec(now.spec()
                        .withUnschedulable(true)
                        .withTaints(List.of(
                                Taint.builder().key("mine").effect("NoSchedule").build()))));
        town.settle();
        assertThat(taints("node-2")).containsExactly("mine:NoSchedule", Taints.UNSCHEDULABLE + ":NoSchedule");

        now = node("node-2");
        town.lab.update(Resource.NODES, now.withSpec(now.spec().withUnschedulable(false)));
        town.settle();
        assertThat(taints("node-2")).containsExactly("mine:NoSchedule");
    }

    @Test
    void podsOfANodeThatIsGoneAreRemoved() {
        nodes(2);
        pod("lost", "node-2");
        town.lab.delete(Resource.NODES, "", "node-2");
        town.settle();
        assertThat(town.lab.get(Resource.PODS, Town.NS, "lost")).isNull();
    }

    /// As the node-ipam-controller of kube-controller-manager does.
    @Test
    void aNodeWithoutARangeOfAddressesIsToldOf() {
        town.lab.create(
                Resource.NODES,
                Node.builder()
                        .metadata(ObjectMeta.builder().name("ranged").build())
                        .spec(NodeSpec.builder().podCIDR("10.42.7.0/24").build())
                        .build());
        town.node("bare");
        town.settle();

        assertThat(town.lab.all(Resource.EVENTS).stream()
                        .filter(event -> event.reason().equals("CIDRNotAvailable"))
                        .filter(event -> !event.involvedObject().name().equals("node-1")))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.involvedObject().name()).isEqualTo("bare");
                    assertThat(event.message()).isEqualTo("Node bare status is now: CIDRNotAvailable");
                });
    }
}
