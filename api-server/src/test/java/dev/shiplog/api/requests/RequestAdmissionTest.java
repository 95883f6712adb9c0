package dev.shiplog.api.requests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.api.resource.Cluster;
import dev.shiplog.core.v1.Binding;
import dev.shiplog.core.v1.ConfigMap;
import dev.shiplog.core.v1.Event;
import dev.shiplog.core.v1.ObjectReference;
import dev.shiplog.journal.Body;
import dev.shiplog.journal.Condition;
import dev.shiplog.journal.Guard;
import dev.shiplog.journal.Item;
import dev.shiplog.journal.ItemOperation;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Origin;
import dev.shiplog.journal.PatchType;
import dev.shiplog.journal.Refused;
import dev.shiplog.journal.Request;
import dev.shiplog.journal.Transaction;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.schemas.Binary;
import dev.shiplog.schemas.Keys;
import dev.shiplog.schemas.Typed;
import dev.shiplog.store.Applied;
import dev.shiplog.store.Outcome;
import dev.shiplog.store.RevisionGone;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The life of a component's request: admitted like anyone's, appended once, and its outcome in the journal.
class RequestAdmissionTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    private final Cluster cluster = Cluster.bootstrapped();
    private final RequestAdmission admission = new RequestAdmission(cluster.writes, Cluster.codec(), cluster.clock);

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static Key map(String name) {
        return new Key("", "configmaps", "default", name);
    }

    private static Item item(ItemOperation operation, Key target, Typed value) {
        return Item.builder()
                .operation(operation)
                .target(target)
                .schema(value.recordType().fingerprint())
                .value(Binary.encode(value))
                .build();
    }

    private static ConfigMap content(String name, String value) {
        return ConfigMap.builder()
                .metadata(ObjectMeta.builder().namespace("default").name(name).build())
                .data(Map.of("k", value))
                .build();
    }

    private static Request.Builder request(Item... items) {
        return request("root-ca-certificate-publisher", items);
    }

    private static Request.Builder request(String component, Item... items) {
        return Request.builder()
                .id(UUID.randomUUID())
                .origin(Origin.builder()
                        .actor("somebody else")
                        .component(component)
                        .replyTo(3)
                        .basis(7L)
                        .build())
                .items(List.of(items));
    }

    private Request claim(int partition) {
        return request(Item.builder()
                        .operation(ItemOperation.UPDATE)
                        .target(Keys.tenure("controllers", partition))
                        .value("me".getBytes(StandardCharsets.UTF_8))
                        .build())
                .build();
    }

    /// What the journal of the store `main` says about an id.
    private List<Applied> outcomes(UUID id) {
        var found = new ArrayList<Applied>();
        try (var _ = cluster.main.follow(-1, applied -> {
            var record = applied.record();
            boolean ours = record != null
                    && ((record.body() instanceof Transaction it && it.id().equals(id))
                            || (record.body() instanceof Refused no && no.id().equals(id)));
            if (ours) {
                found.add(applied);
            }
        })) {
            return List.copyOf(found);
        } catch (RevisionGone e) {
            throw new AssertionError(e);
        }
    }

    private static Body body(Applied applied) {
        return Objects.requireNonNull(applied.record()).body();
    }

    private Applied processed(Request request) throws InterruptedException {
        assertThat(admission.process(request)).isEqualTo(RequestAdmission.Outcome.DONE);
        var outcomes = outcomes(request.id());
        assertThat(outcomes).hasSize(1);
        return outcomes.getFirst();
    }

    @Test
    void aRequestIsOneTransactionWithItsIdAndOrigin() throws InterruptedException {
        var request = request(
                        item(ItemOperation.CREATE, map("a"), content("a", "1")),
                        item(ItemOperation.CREATE, map("b"), content("b", "1")))
                .build();

        Applied applied = processed(request);

        var transaction = (Transaction) body(applied);
        assertThat(applied.outcome()).isInstanceOf(Outcome.Accepted.class);
        assertThat(transaction.origin().actor())
                .isEqualTo("system:serviceaccount:kube-system:root-ca-certificate-publisher");
        assertThat(transaction.origin().replyTo()).isEqualTo(3);
        assertThat(transaction.origin().basis()).isEqualTo(7);
        assertThat(applied.changes()).hasSize(2);
        assertThat(cluster.get(MAPS + "/a").at("/metadata/uid")).isNotEmpty();
        assertThat(cluster.get(MAPS + "/b").at("/data/k")).isEqualTo("1");
    }

    @Test
    void aRefusalIsRecordedWithItsReason() throws InterruptedException {
        var request = request(
                        item(ItemOperation.CREATE, map("a"), content("a", "1")),
                        item(ItemOperation.UPDATE, map("absent"), content("absent", "1")))
                .build();

        var refused = (Refused) body(processed(request));

        assertThat(refused.code()).isEqualTo(404);
        assertThat(refused.reason()).isEqualTo("NotFound");
        assertThat(refused.message()).isEqualTo("configmaps \"absent\" not found");
        assertThat(refused.origin().replyTo()).isEqualTo(3);
        assertThat(cluster.get(MAPS + "/a").code()).isEqualTo(404);
    }

    @Test
    void anInvalidObjectIsRefusedAsOverHttp() throws InterruptedException {
        var request = request(item(ItemOperation.CREATE, map("BAD"), content("BAD", "1")))
                .build();

        assertThat(((Refused) body(processed(request))).code()).isEqualTo(422);
    }

    @Test
    void aZombieOwnersRequestIsRefused() throws InterruptedException {
        var first = (Outcome.Accepted) processed(claim(0)).outcome();
        var held = request(item(ItemOperation.CREATE, map("a"), content("a", "1")))
                .tenure(Keys.tenure("controllers", 0))
                .tenureRevision(first.to());
        processed(held.build());
        processed(claim(0));

        var late = request(item(ItemOperation.CREATE, map("b"), content("b", "1")))
                .tenure(Keys.tenure("controllers", 0))
                .tenureRevision(first.to())
                .build();
        Applied outcome = processed(late);

        assertThat(outcome.outcome()).isInstanceOfSatisfying(Outcome.Rejected.class, rejected -> {
            assertThat(rejected.reason()).isEqualTo(Outcome.Reason.CONFLICT);
            assertThat(rejected.key()).isEqualTo(Keys.tenure("controllers", 0));
            assertThat(rejected.revision()).isGreaterThan(first.to());
        });
        assertThat(cluster.get(MAPS + "/a").code()).isEqualTo(200);
        assertThat(cluster.get(MAPS + "/b").code()).isEqualTo(404);
    }

    @Test
    void aRequestThatArrivesTwiceTakesEffectOnce() throws InterruptedException {
        var created = cluster.post(MAPS, "{\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"1\"}}")
                .ok();
        var update = Item.builder()
                .operation(ItemOperation.PATCH)
                .target(map("a"))
                .patchType(PatchType.MERGE)
                .value("{\"data\":{\"k\":\"2\"}}".getBytes(StandardCharsets.UTF_8))
                .expect(Long.parseLong(created.version()))
                .build();
        var request = request(update).build();

        processed(request);
        String version = cluster.get(MAPS + "/a").version();
        assertThat(admission.process(request)).isEqualTo(RequestAdmission.Outcome.DONE);

        assertThat(outcomes(request.id())).hasSize(2);
        assertThat(((Refused) body(outcomes(request.id()).get(1))).code()).isEqualTo(409);
        assertThat(cluster.get(MAPS + "/a").version()).isEqualTo(version);
    }

    @Test
    void anItemThatChangesNothingStaysAGuard() throws InterruptedException {
        var created = cluster.post(MAPS, "{\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"1\"}}")
                .ok();
        var request = request(
                        item(ItemOperation.UPDATE, map("a"), content("a", "1"))
                                .withExpect(Long.parseLong(created.version())),
                        item(ItemOperation.CREATE, map("b"), content("b", "1")))
                .build();

        var transaction = (Transaction) body(processed(request));

        assertThat(transaction.mutations()).hasSize(1);
        assertThat(transaction.guards()).contains(new Guard(map("a"), Condition.AT, Long.parseLong(created.version())));
    }

    @Test
    void aRequestThatChangesNothingAtAllIsAnswered() throws InterruptedException {
        cluster.post(MAPS, "{\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"1\"}}")
                .ok();

        var answer = (Refused) body(processed(
                request(item(ItemOperation.UPDATE, map("a"), content("a", "1"))).build()));

        assertThat(answer.code()).isEqualTo(200);
        assertThat(answer.reason()).isEqualTo("Unchanged");
    }

    @Test
    void aSchedulersBindingPlacesThePodUnlessItsNodeIsGone() throws InterruptedException {
        cluster.post("/api/v1/nodes", "{\"metadata\":{\"name\":\"n\"}}").ok();
        var pod = cluster.post(
                        "/api/v1/namespaces/default/pods",
                        "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}")
                .ok();
        Key key = new Key("", "pods", "default", "p");
        var binding = Binding.builder()
                .metadata(ObjectMeta.builder().name("p").build())
                .target(ObjectReference.builder().kind("Node").name("n").build())
                .build();
        var item = item(ItemOperation.CREATE, key, binding)
                .withSubresource("binding")
                .withExpect(Long.parseLong(pod.version()));
        Key node = new Key("", "nodes", "", "n");

        var accepted = processed(request("default-scheduler", item)
                .guards(List.of(new Guard(node, Condition.PRESENT, 0)))
                .build());
        var again =
                processed(request("default-scheduler", item.withExpect(null)).build());

        assertThat(body(accepted)).isInstanceOf(Transaction.class);
        assertThat(accepted.outcome()).isInstanceOf(Outcome.Accepted.class);
        assertThat(cluster.get("/api/v1/namespaces/default/pods/p").ok().at("/spec/nodeName"))
                .isEqualTo("n");
        assertThat(((Refused) body(again)).code()).isEqualTo(409);
    }

    @Test
    void eventsThatAreThereAlreadyDoNotHoldUpTheOthers() throws InterruptedException {
        Request both = request(event("one"), event("two")).build();
        Request three = request(event("two"), event("three"), event("one")).build();

        admission.process(request(event("one")).build());
        admission.process(both);
        admission.process(three);

        assertThat(cluster.get("/api/v1/namespaces/default/events").body().path("items"))
                .hasSize(3);
    }

    private static Item event(String name) {
        return item(
                ItemOperation.CREATE,
                new Key("", "events", "default", name),
                Event.builder()
                        .metadata(ObjectMeta.builder()
                                .namespace("default")
                                .name(name)
                                .build())
                        .involvedObject(ObjectReference.builder()
                                .namespace("default")
                                .name("x")
                                .build())
                        .reason("Because")
                        .type("Normal")
                        .build());
    }

    @Test
    void aComponentMayDoItsOwnWorkOnly() throws InterruptedException {
        var create = item(ItemOperation.CREATE, map("a"), content("a", "1"));

        var refused =
                (Refused) body(processed(request("default-scheduler", create).build()));

        assertThat(refused.code()).isEqualTo(403);
        assertThat(refused.message())
                .isEqualTo("configmaps \"a\" is forbidden: User \"system:serviceaccount:kube-system:default-scheduler\""
                        + " cannot create resource \"configmaps\" in API group \"\" in the namespace \"default\"");
    }

    @Test
    void noRequestWritesAnInternalKeyButATenure() throws InterruptedException {
        var request = request(Item.builder()
                        .operation(ItemOperation.UPDATE)
                        .target(Keys.ip("10.43.0.9"))
                        .build())
                .build();

        assertThat(((Refused) body(processed(request))).code()).isEqualTo(403);
    }

    @Test
    void offsetsAreCommittedInOrderHoweverTheyFinish() {
        var tracker = new OffsetTracker(10);
        tracker.begun(10);
        tracker.begun(11);
        tracker.begun(12);

        tracker.done(11);
        long early = tracker.advance();
        tracker.done(10);
        long next = tracker.advance();
        tracker.done(12);

        assertThat(early).isEqualTo(-1);
        assertThat(next).isEqualTo(12);
        assertThat(tracker.advance()).isEqualTo(13);
        assertThat(tracker.advance()).isEqualTo(-1);
    }
}
