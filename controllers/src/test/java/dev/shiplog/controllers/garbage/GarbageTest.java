package dev.shiplog.controllers.garbage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.controllers.Town;
import dev.shiplog.core.v1.ConfigMap;
import dev.shiplog.core.v1.Event;
import dev.shiplog.core.v1.Namespace;
import dev.shiplog.core.v1.NamespaceSpec;
import dev.shiplog.core.v1.ServiceAccount;
import dev.shiplog.meta.v1.DeleteOptions;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.meta.v1.OwnerReference;
import dev.shiplog.store.reconcile.Resource;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The garbage collector, the namespace controllers and the expiry of Events.
final class GarbageTest {
    private final Town town = new Town();

    private OwnerReference map(String namespace, String name, OwnerReference... owners) {
        ConfigMap made = town.lab.create(
                Resource.CONFIG_MAPS,
                ConfigMap.builder()
                        .metadata(ObjectMeta.builder()
                                .namespace(namespace)
                                .name(name)
                                .ownerReferences(Arrays.asList(owners))
                                .build())
                        .build());
        return OwnerReference.builder()
                .apiVersion("v1")
                .kind("ConfigMap")
                .name(name)
                .uid(made.metadata().uid())
                .blockOwnerDeletion(true)
                .build();
    }

    private List<String> maps() {
        return town.lab.all(Resource.CONFIG_MAPS).stream()
                .map(each -> each.metadata().name())
                .toList();
    }

    private void delete(String name, String policy) {
        town.lab.delete(
                Resource.CONFIG_MAPS,
                "ns",
                name,
                DeleteOptions.builder().propagationPolicy(policy).build());
        town.settle();
    }

    @Test
    void dependentsGoAfterTheirOwnerGenerationByGeneration() {
        OwnerReference a = map("ns", "a");
        OwnerReference b = map("ns", "b", a);
        map("ns", "c", b);
        map("ns", "other");
        delete("a", "Background");

        assertThat(maps()).containsExactly("other");
    }

    @Test
    void oneOfSeveralOwnersIsEnoughToStay() {
        OwnerReference a = map("ns", "a");
        OwnerReference b = map("ns", "b");
        map("ns", "c", a, b);
        delete("a", "Background");

        assertThat(maps()).containsExactly("b", "c");
        assertThat(town.lab.need(Resource.CONFIG_MAPS, "ns", "c").metadata().ownerReferences())
                .extracting(OwnerReference::name)
                .containsExactly("b");
        delete("b", "Background");
        assertThat(maps()).isEmpty();
    }

    @Test
    void anOwnerOfTheSameNameButAnotherUidIsMissing() {
        OwnerReference a = map("ns", "a");
        map("ns", "c", a.withUid("someone-else"));
        town.settle();
        assertThat(maps()).containsExactly("a");
    }

    @Test
    void anOwnerInAnotherNamespaceIsMissing() {
        OwnerReference a = map("elsewhere", "a");
        map("ns", "c", a);
        town.settle();
        assertThat(maps()).containsExactly("a");
    }

    @Test
    void aCycleOfOwnersDoesNotBlock() {
        OwnerReference root = map("ns", "root");
        OwnerReference a = map("ns", "a", root);
        OwnerReference b = map("ns", "b", a);
        ConfigMap again = town.lab.need(Resource.CONFIG_MAPS, "ns", "a");
        town.lab.update(
                Resource.CONFIG_MAPS, again.withMetadata(again.metadata().withOwnerReferences(List.of(root, b))));
        delete("root", "Background");
        assertThat(maps()).as("a and b own each other").containsExactly("a", "b");
        delete("a", "Foreground");

        assertThat(maps()).isEmpty();
    }

    @Test
    void foregroundDeletionWaitsForBlockingDependents() {
        OwnerReference a = map("ns", "a");
        map("ns", "b", a);
        ConfigMap held = town.lab.need(Resource.CONFIG_MAPS, "ns", "b");
        town.lab.update(
                Resource.CONFIG_MAPS, held.withMetadata(held.metadata().withFinalizers(List.of("example.com/hold"))));
        delete("a", "Foreground");

        assertThat(maps()).containsExactly("a", "b");
        ConfigMap b = town.lab.need(Resource.CONFIG_MAPS, "ns", "b");
        assertThat(b.metadata().deletionTimestamp()).isNotNull();
        town.lab.update(Resource.CONFIG_MAPS, b.withMetadata(b.metadata().withFinalizers(List.of())));
        town.settle();
        assertThat(maps()).isEmpty();
    }

    @Test
    void orphansStayWithoutTheirOwner() {
        OwnerReference a = map("ns", "a");
        map("ns", "b", a);
        delete("a", "Orphan");

        assertThat(maps()).containsExactly("b");
        assertThat(town.lab.need(Resource.CONFIG_MAPS, "ns", "b").metadata().ownerReferences())
                .isEmpty();
    }

    private void namespace(String name) {
        town.lab.create(
                Resource.NAMESPACES,
                Namespace.builder()
                        .metadata(ObjectMeta.builder().name(name).build())
                        .spec(NamespaceSpec.builder()
                                .finalizers(List.of("kubernetes"))
                                .build())
                        .build());
    }

    @Test
    void aNamespaceIsGivenItsAccountAndAuthorityAndGetsThemBack() {
        namespace("team");
        town.settle();
        town.lab.delete(Resource.SERVICE_ACCOUNTS, "team", "default");
        town.settle();

        assertThat(town.lab.all(Resource.SERVICE_ACCOUNTS))
                .extracting(ServiceAccount::metadata)
                .extracting(ObjectMeta::namespace)
                .containsExactly("team");
        assertThat(town.lab
                        .need(Resource.CONFIG_MAPS, "team", "kube-root-ca.crt")
                        .data())
                .containsEntry("ca.crt", "PEM");
    }

    @Test
    void aNamespaceIsEmptiedPodsFirstBeforeItGoes() {
        namespace("ns");
        town.lab.create(Resource.DEPLOYMENTS, Town.deployment("web", 3, "web:1"));
        town.quiet();
        assertThat(town.lab.eventObjects()).isNotEmpty();

        town.lab.delete(Resource.NAMESPACES, "", "ns");
        town.settle();
        assertThat(town.pods("web")).isNotEmpty().allMatch(dev.shiplog.controllers.Pods::terminating);
        assertThat(maps()).as("pods go first").contains("kube-root-ca.crt");
        assertThat(town.lab.need(Resource.NAMESPACES, "", "ns").status().conditions())
                .anySatisfy(condition -> {
                    assertThat(condition.type()).isEqualTo("NamespaceContentRemaining");
                    assertThat(condition.message()).contains("pods has 3 resource instances");
                });

        town.quiet();
        assertThat(town.lab.get(Resource.NAMESPACES, "", "ns")).isNull();
        assertThat(maps()).isEmpty();
        assertThat(town.lab.eventObjects())
                .extracting(event -> event.metadata().namespace())
                .doesNotContain("ns");
    }

    @Test
    void eventsAreDeletedAnHourAfterTheirLastChange() {
        namespace("ns");
        town.settle();
        for (int i = 0; i < 3; i++) {
            town.lab.create(
                    Resource.EVENTS,
                    Event.builder()
                            .metadata(ObjectMeta.builder()
                                    .namespace("ns")
                                    .name("e" + i)
                                    .build())
                            .build());
            town.lab.pass(Duration.ofMinutes(20));
            town.renew("node-1");
            town.settle();
        }
        assertThat(town.lab.eventObjects())
                .extracting(event -> event.metadata().name())
                .containsExactly("e1", "e2");
    }
}
