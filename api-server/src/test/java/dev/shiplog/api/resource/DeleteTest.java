package dev.shiplog.api.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Deleting: at once, in peace, in the foreground, and not at all.
class DeleteTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String PODS = "/api/v1/namespaces/default/pods";

    private final Cluster cluster = Cluster.bootstrapped();

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static String withFinalizer(String name) {
        return WriteTest.map(name, "1").replace("\"name\":", "\"finalizers\":[\"example.com/hold\"],\"name\":");
    }

    private void runningPod(String name) {
        cluster.post(PODS, WriteTest.pod(name)).ok();
        cluster.post(
                        PODS + "/" + name + "/binding",
                        "{\"metadata\":{\"name\":\"" + name + "\"},\"target\":{\"kind\":\"Node\",\"name\":\"n\"}}")
                .ok();
    }

    @Test
    void deleteAnswersAStatusThatNamesWhatIsGone() {
        String uid = cluster.post(MAPS, WriteTest.map("a", "1")).at("/metadata/uid");

        var answer = cluster.delete(MAPS + "/a");

        assertThat(answer.code()).isEqualTo(200);
        assertThat(answer.at("/kind")).isEqualTo("Status");
        assertThat(answer.at("/status")).isEqualTo("Success");
        assertThat(answer.at("/details/name")).isEqualTo("a");
        assertThat(answer.at("/details/kind")).isEqualTo("configmaps");
        assertThat(answer.at("/details/uid")).isEqualTo(uid);
        assertThat(cluster.get(MAPS + "/a").code()).isEqualTo(404);
        assertThat(cluster.delete(MAPS + "/a").code()).isEqualTo(404);
    }

    @Test
    void aFinalizerHoldsAnObjectUntilItIsTakenAway() {
        cluster.post(MAPS, withFinalizer("a")).ok();

        var pending = cluster.delete(MAPS + "/a");
        var again = cluster.delete(MAPS + "/a");
        var added = cluster.patch(
                "merge", MAPS + "/a", "{\"metadata\":{\"finalizers\":[\"example.com/hold\",\"example.com/more\"]}}");
        var undo = cluster.patch("merge", MAPS + "/a", "{\"metadata\":{\"deletionTimestamp\":null}}");
        var last = cluster.patch("merge", MAPS + "/a", "{\"metadata\":{\"finalizers\":null}}");

        assertThat(pending.code()).isEqualTo(200);
        assertThat(pending.at("/kind")).isEqualTo("ConfigMap");
        assertThat(pending.at("/metadata/deletionTimestamp")).isNotEmpty();
        assertThat(pending.body().at("/metadata/deletionGracePeriodSeconds").asInt(-1))
                .isZero();
        assertThat(again.version()).isEqualTo(pending.version());
        assertThat(added.code()).isEqualTo(422);
        assertThat(added.at("/details/causes/0/reason")).isEqualTo("FieldValueForbidden");
        assertThat(undo.at("/metadata/deletionTimestamp")).isNotEmpty();
        assertThat(last.code()).isEqualTo(200);
        assertThat(cluster.get(MAPS + "/a").code()).isEqualTo(404);
    }

    @Test
    void aPodThatNoNodeHasGoesAtOnce() {
        cluster.post(PODS, WriteTest.pod("p")).ok();

        assertThat(cluster.delete(PODS + "/p").at("/status")).isEqualTo("Success");
    }

    @Test
    void aPodOnANodeIsGivenItsGracePeriodWhichCanOnlyShrink() {
        runningPod("p");

        var first = cluster.delete(PODS + "/p");
        var longer = cluster.delete(PODS + "/p", "{\"gracePeriodSeconds\":600}");
        var shorter = cluster.delete(PODS + "/p", "{\"gracePeriodSeconds\":5}");
        var wrongUid = cluster.delete(PODS + "/p", "{\"gracePeriodSeconds\":0,\"preconditions\":{\"uid\":\"other\"}}");
        var confirmed = cluster.delete(
                PODS + "/p",
                "{\"gracePeriodSeconds\":0,\"preconditions\":{\"uid\":\"" + first.at("/metadata/uid") + "\"}}");

        assertThat(first.body().at("/metadata/deletionGracePeriodSeconds").asInt())
                .isEqualTo(30);
        assertThat(Duration.between(
                        Instant.parse(first.at("/metadata/creationTimestamp")),
                        Instant.parse(first.at("/metadata/deletionTimestamp"))))
                .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(35));
        assertThat(first.body().at("/metadata/generation").asInt()).isEqualTo(2);
        assertThat(longer.version()).isEqualTo(first.version());
        assertThat(shorter.body().at("/metadata/deletionGracePeriodSeconds").asInt())
                .isEqualTo(5);
        assertThat(wrongUid.code()).isEqualTo(409);
        assertThat(confirmed.at("/status")).isEqualTo("Success");
        assertThat(cluster.get(PODS + "/p").code()).isEqualTo(404);
    }

    @Test
    void aGracePeriodThatNeverEndsIsWrittenAsFarAsTimeGoes() {
        runningPod("p");

        var pending = cluster.delete(PODS + "/p?gracePeriodSeconds=" + Long.MAX_VALUE);

        assertThat(pending.code()).isEqualTo(200);
        assertThat(pending.at("/metadata/deletionTimestamp")).isEqualTo("9999-12-31T23:59:59Z");
        assertThat(pending.body().at("/metadata/deletionGracePeriodSeconds").asLong())
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void propagationPoliciesBecomeFinalizers() {
        cluster.post(MAPS, WriteTest.map("f", "1")).ok();
        cluster.post(MAPS, WriteTest.map("o", "1")).ok();
        cluster.post(MAPS, WriteTest.map("b", "1")).ok();

        var foreground = cluster.delete(MAPS + "/f", "{\"propagationPolicy\":\"Foreground\"}");
        var orphan = cluster.delete(MAPS + "/o?propagationPolicy=Orphan");
        var background = cluster.delete(MAPS + "/b", "{\"propagationPolicy\":\"Background\"}");

        assertThat(foreground.at("/metadata/finalizers/0")).isEqualTo("foregroundDeletion");
        assertThat(orphan.at("/metadata/finalizers/0")).isEqualTo("orphan");
        assertThat(background.at("/status")).isEqualTo("Success");
    }

    @Test
    void contradictingOptionsAreRefused() {
        cluster.post(MAPS, WriteTest.map("a", "1")).ok();

        assertThat(cluster.delete(MAPS + "/a", "{\"propagationPolicy\":\"Orphan\",\"orphanDependents\":true}")
                        .code())
                .isEqualTo(422);
        assertThat(cluster.delete(MAPS + "/a", "{\"propagationPolicy\":\"Sideways\"}")
                        .code())
                .isEqualTo(422);
        assertThat(cluster.delete(MAPS + "/a", "{\"dryRun\":[\"Some\"]}").code())
                .isEqualTo(422);
    }

    @Test
    void preconditionsOfADeleteAreHeld() {
        var first = cluster.post(MAPS, WriteTest.map("a", "1")).ok();
        cluster.put(MAPS + "/a", WriteTest.map("a", "2")).ok();

        var stale =
                cluster.delete(MAPS + "/a", "{\"preconditions\":{\"resourceVersion\":\"" + first.version() + "\"}}");

        assertThat(stale.code()).isEqualTo(409);
        assertThat(cluster.get(MAPS + "/a").code()).isEqualTo(200);
    }

    @Test
    void legacyOptionsAnswerAccepted() {
        cluster.post(MAPS, withFinalizer("a")).ok();

        assertThat(cluster.delete(MAPS + "/a", "{\"orphanDependents\":false}").code())
                .isEqualTo(202);
    }

    @Test
    void aCollectionIsDeletedBySelector() {
        cluster.post(MAPS, WriteTest.map("a", "1").replace("\"name\":", "\"labels\":{\"x\":\"y\"},\"name\":"))
                .ok();
        cluster.post(MAPS, WriteTest.map("b", "1")).ok();

        cluster.delete(MAPS + "?labelSelector=x%3Dy").ok();

        assertThat(cluster.get(MAPS + "/a").code()).isEqualTo(404);
        assertThat(cluster.get(MAPS + "/b").code()).isEqualTo(200);
    }

    @Test
    void evictionDeletesInPeaceAndSaysWhy() {
        runningPod("p");
        String eviction = "{\"apiVersion\":\"policy/v1\",\"kind\":\"Eviction\",\"metadata\":{\"name\":\"p\"}}";

        var dry = cluster.post(PODS + "/p/eviction?dryRun=All", eviction);
        boolean untouched = cluster.get(PODS + "/p")
                .body()
                .at("/metadata/deletionTimestamp")
                .isMissingNode();
        var evicted = cluster.post(PODS + "/p/eviction", eviction);

        var pod = cluster.get(PODS + "/p");
        assertThat(dry.code()).isEqualTo(201);
        assertThat(untouched).isTrue();
        assertThat(evicted.code()).isEqualTo(201);
        assertThat(pod.at("/metadata/deletionTimestamp")).isNotEmpty();
        assertThat(pod.body().at("/status/conditions").findValuesAsText("type")).contains("DisruptionTarget");
    }

    /// "API-initiated Eviction", kubernetes.io: both versions of the body are taken.
    @Test
    void anEvictionOfTheOlderVersionIsTakenAndOneOfAnotherPodIsNot() {
        runningPod("p");
        String eviction = "{\"apiVersion\":\"policy/v1beta1\",\"kind\":\"Eviction\",\"metadata\":{\"name\":\"p\"}}";

        var other = cluster.post(PODS + "/p/eviction", eviction.replace("\"p\"", "\"q\""));

        assertThat(other.code()).isEqualTo(400);
        assertThat(other.at("/message")).isEqualTo("name in URL does not match name in Eviction object");
        assertThat(cluster.post(PODS + "/p/eviction", eviction).code()).isEqualTo(201);
        assertThat(cluster.post(PODS + "/p/eviction", eviction.replace("v1beta1", "v2"))
                        .code())
                .isEqualTo(400);
    }

    @Test
    void aNamespaceClosesWhenItsDeletionBeginsAndGoesOnceFinalized() {
        String namespace = "{\"metadata\":{\"name\":\"n\"}}";
        var created = cluster.post("/api/v1/namespaces", namespace).ok();
        cluster.post("/api/v1/namespaces/n/serviceaccounts", "{\"metadata\":{\"name\":\"default\"}}")
                .ok();

        var terminating = cluster.delete("/api/v1/namespaces/n");
        var refused = cluster.post("/api/v1/namespaces/n/configmaps", WriteTest.map("a", "1"));
        var event = cluster.post(
                "/api/v1/namespaces/n/events",
                "{\"metadata\":{\"name\":\"e\"},\"involvedObject\":{\"namespace\":\"n\"},\"reason\":\"R\",\"type\":\"Normal\"}");
        var finalized = cluster.put(
                "/api/v1/namespaces/n/finalize", "{\"metadata\":{\"name\":\"n\"},\"spec\":{\"finalizers\":[]}}");

        assertThat(created.at("/status/phase")).isEqualTo("Active");
        assertThat(created.at("/spec/finalizers/0")).isEqualTo("kubernetes");
        assertThat(created.body()
                        .path("metadata")
                        .path("labels")
                        .path("kubernetes.io/metadata.name")
                        .asText())
                .isEqualTo("n");
        assertThat(terminating.at("/status/phase")).isEqualTo("Terminating");
        assertThat(refused.code()).isEqualTo(403);
        assertThat(refused.at("/details/causes/0/reason")).isEqualTo("NamespaceTerminating");
        assertThat(event.code()).isEqualTo(403);
        assertThat(finalized.code()).isEqualTo(200);
        assertThat(cluster.get("/api/v1/namespaces/n").code()).isEqualTo(404);
        assertThat(cluster.post("/api/v1/namespaces/n/configmaps", WriteTest.map("a", "1"))
                        .code())
                .isEqualTo(404);
        assertThat(cluster.post("/api/v1/namespaces", namespace).code()).isEqualTo(201);
    }

    @Test
    void theNamespacesOfTheSystemCannotBeDeleted() {
        for (String name : new String[] {"default", "kube-system", "kube-public"}) {
            assertThat(cluster.delete("/api/v1/namespaces/" + name).code()).isEqualTo(403);
        }
    }

    @Test
    void theNameLabelOfANamespaceComesBack() {
        var answer = cluster.patch(
                "merge",
                "/api/v1/namespaces/default",
                "{\"metadata\":{\"labels\":{\"kubernetes.io/metadata.name\":null,\"a\":\"b\"}}}");

        assertThat(answer.body()
                        .path("metadata")
                        .path("labels")
                        .path("kubernetes.io/metadata.name")
                        .asText())
                .isEqualTo("default");
    }

    @Test
    void theBootstrapMayRunTwice() {
        var before =
                cluster.get("/api/v1/namespaces/default/services/kubernetes").ok();
        cluster.bootstrap();

        assertThat(cluster.get("/api/v1/namespaces/default/services/kubernetes").version())
                .isEqualTo(before.version());
        assertThat(before.at("/spec/clusterIP")).isEqualTo("10.43.0.1");
        assertThat(cluster.get("/api/v1/namespaces/default/endpoints/kubernetes")
                        .at("/subsets/0/addresses/0/ip"))
                .isEqualTo("192.0.2.1");
        assertThat(cluster.call("GET", "/api/v1/namespaces", "", Map.of())
                        .body()
                        .at("/items"))
                .hasSize(4);
    }
}
