package dev.shiplog.api.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Creating, updating and patching, row by row of what Kubernetes promises.
class WriteTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";

    private final Cluster cluster = Cluster.bootstrapped();

    @AfterEach
    void stop() {
        cluster.close();
    }

    static String map(String name, String value) {
        return """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s"},"data":{"k":"%s"}}""".formatted(name, value);
    }

    static String pod(String name) {
        return """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s"},
                 "spec":{"containers":[{"name":"c","image":"busybox"}]}}""".formatted(name);
    }

    static String deployment(String name) {
        return """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"%s"},
                 "spec":{"replicas":3,"selector":{"matchLabels":{"app":"x"}},
                  "template":{"metadata":{"labels":{"app":"x"}},"spec":{"containers":[{"name":"c","image":"busybox"}]}}}}""".formatted(name);
    }

    @Test
    void createAnswersTheObjectWithTheServersMetadata() {
        var answer = cluster.post(MAPS, map("a", "1"));

        assertThat(answer.code()).isEqualTo(201);
        assertThat(answer.at("/kind")).isEqualTo("ConfigMap");
        assertThat(answer.at("/data/k")).isEqualTo("1");
        assertThat(answer.at("/metadata/uid")).matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-.*");
        assertThat(answer.at("/metadata/creationTimestamp")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        assertThat(answer.version()).matches("[1-9]\\d*");
        assertThat(answer.body().at("/metadata/generation").isMissingNode()).isTrue();
        assertThat(cluster.get(MAPS + "/a").body()).isEqualTo(answer.body());
    }

    @Test
    void aSecondCreateOfTheNameIsRefused() {
        cluster.post(MAPS, map("a", "1")).ok();

        var again = cluster.post(MAPS, map("a", "2"));

        assertThat(again.code()).isEqualTo(409);
        assertThat(again.at("/reason")).isEqualTo("AlreadyExists");
        assertThat(again.at("/message")).isEqualTo("configmaps \"a\" already exists");
        assertThat(again.at("/details/kind")).isEqualTo("configmaps");
    }

    @Test
    void whatTheClientSendsOfTheServersMetadataIsOverwritten() {
        var answer = cluster.post(
                DEPLOYMENTS,
                deployment("d")
                        .replace(
                                "\"name\":\"d\"",
                                "\"name\":\"d\",\"uid\":\"mine\",\"generation\":7,\"creationTimestamp\":null,\"deletionTimestamp\":\"2020-01-01T00:00:00Z\",\"managedFields\":[{\"manager\":\"x\"}]"));

        assertThat(answer.ok().at("/metadata/uid")).isNotEqualTo("mine");
        assertThat(answer.body().at("/metadata/generation").asLong()).isEqualTo(1);
        assertThat(answer.body().at("/metadata/deletionTimestamp").isMissingNode())
                .isTrue();
        assertThat(answer.body().at("/metadata/managedFields").isMissingNode()).isTrue();
    }

    @Test
    void aNewObjectMustNotNameARevision() {
        var answer =
                cluster.post(MAPS, map("a", "1").replace("\"name\":\"a\"", "\"name\":\"a\",\"resourceVersion\":\"5\""));

        assertThat(answer.code()).isEqualTo(400);
    }

    @Test
    void generateNameIsCutAndCompleted() {
        String prefix = "x".repeat(70);

        var answer = cluster.post(MAPS, map("a", "1").replace("\"name\":\"a\"", "\"generateName\":\"" + prefix + "\""));

        assertThat(answer.ok().at("/metadata/name")).matches("x{58}[bcdfghjklmnpqrstvwxz2456789]{5}");
    }

    @Test
    void anObjectWithoutANameIsRefused() {
        var answer = cluster.post(MAPS, "{\"data\":{}}");

        assertThat(answer.code()).isEqualTo(422);
        assertThat(answer.at("/details/causes/0/reason")).isEqualTo("FieldValueRequired");
        assertThat(answer.at("/details/causes/0/field")).isEqualTo("metadata.name");
    }

    @Test
    void aKindThatIsNotThePathsIsRefused() {
        var answer = cluster.post(MAPS, pod("p"));

        assertThat(answer.code()).isEqualTo(400);
        assertThat(answer.at("/message")).startsWith("the object provided is unrecognized (must be of type ConfigMap)");
    }

    @Test
    void putMustNameTheObjectOfItsPath() {
        cluster.post(MAPS, map("a", "1")).ok();

        assertThat(cluster.put(MAPS + "/a", map("b", "1")).code()).isEqualTo(400);
        assertThat(cluster.put(
                                MAPS + "/a",
                                map("a", "1").replace("\"name\":\"a\"", "\"name\":\"a\",\"namespace\":\"other\""))
                        .code())
                .isEqualTo(400);
        assertThat(cluster.put(MAPS + "/absent", map("absent", "1")).code()).isEqualTo(404);
    }

    @Test
    void putWithAStaleRevisionConflicts() {
        var first = cluster.post(MAPS, map("a", "1")).ok();
        cluster.put(MAPS + "/a", map("a", "2")).ok();

        var stale = cluster.put(
                MAPS + "/a",
                map("a", "3")
                        .replace("\"name\":\"a\"", "\"name\":\"a\",\"resourceVersion\":\"" + first.version() + "\""));

        assertThat(stale.code()).isEqualTo(409);
        assertThat(stale.at("/message"))
                .isEqualTo(
                        "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply"
                                + " your changes to the latest version and try again");
    }

    @Test
    void putWithAnotherUidConflicts() {
        cluster.post(MAPS, map("a", "1")).ok();

        var answer =
                cluster.put(MAPS + "/a", map("a", "3").replace("\"name\":\"a\"", "\"name\":\"a\",\"uid\":\"other\""));

        assertThat(answer.code()).isEqualTo(409);
    }

    @Test
    void anUpdateThatChangesNothingKeepsTheRevision() {
        var first = cluster.post(MAPS, map("a", "1")).ok();

        var put = cluster.put(MAPS + "/a", map("a", "1")).ok();
        var patch =
                cluster.patch("merge", MAPS + "/a", "{\"data\":{\"k\":\"1\"}}").ok();

        assertThat(put.version()).isEqualTo(first.version());
        assertThat(patch.version()).isEqualTo(first.version());
    }

    @Test
    void theMainPathKeepsTheStatusAndTheStatusPathKeepsTheRest() {
        cluster.post(DEPLOYMENTS, deployment("d")).ok();
        String withStatus = deployment("d")
                .replace("\"spec\":{\"replicas\":3", "\"status\":{\"replicas\":9},\"spec\":{\"replicas\":5");

        var main = cluster.put(DEPLOYMENTS + "/d", withStatus).ok();
        var status = cluster.put(
                        DEPLOYMENTS + "/d/status",
                        withStatus
                                .replace("\"replicas\":5", "\"replicas\":7")
                                .replace(
                                        "\"name\":\"d\"",
                                        "\"name\":\"d\",\"annotations\":{\"kept\":\"yes\"},\"labels\":{\"l\":\"no\"}"))
                .ok();

        assertThat(main.body().at("/status/replicas").isMissingNode()).isTrue();
        assertThat(main.body().at("/spec/replicas").asInt()).isEqualTo(5);
        assertThat(main.body().at("/metadata/generation").asInt()).isEqualTo(2);
        assertThat(status.body().at("/status/replicas").asInt()).isEqualTo(9);
        assertThat(status.body().at("/spec/replicas").asInt()).isEqualTo(5);
        assertThat(status.body().at("/metadata/generation").asInt()).isEqualTo(2);
        assertThat(status.at("/metadata/annotations/kept")).isEqualTo("yes");
        assertThat(status.body().at("/metadata/labels").isMissingNode()).isTrue();
    }

    @Test
    void metadataAloneDoNotRaiseTheGeneration() {
        cluster.post(DEPLOYMENTS, deployment("d")).ok();

        var answer = cluster.patch("merge", DEPLOYMENTS + "/d", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}")
                .ok();

        assertThat(answer.body().at("/metadata/generation").asInt()).isEqualTo(1);
    }

    @Test
    void allThreePatchesApply() {
        cluster.post(DEPLOYMENTS, deployment("d")).ok();

        cluster.patch("merge", DEPLOYMENTS + "/d", "{\"spec\":{\"replicas\":4}}")
                .ok();
        cluster.patch(
                        "strategic",
                        DEPLOYMENTS + "/d",
                        "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"two\"}]}}}}")
                .ok();
        var last = cluster.patch(
                "json",
                DEPLOYMENTS + "/d",
                "[{\"op\":\"test\",\"path\":\"/spec/replicas\",\"value\":4},{\"op\":\"replace\",\"path\":\"/spec/paused\",\"value\":true}]");
        var added = cluster.patch(
                        "json", DEPLOYMENTS + "/d", "[{\"op\":\"add\",\"path\":\"/spec/paused\",\"value\":true}]")
                .ok();

        assertThat(last.code()).isEqualTo(422);
        assertThat(added.body().at("/spec/replicas").asInt()).isEqualTo(4);
        assertThat(added.at("/spec/template/spec/containers/0/image")).isEqualTo("two");
        assertThat(added.body().at("/spec/paused").asBoolean()).isTrue();
        assertThat(added.body().at("/metadata/generation").asInt()).isEqualTo(4);
    }

    @Test
    void anUnknownPatchTypeIsAnsweredWithTheKnownOnes() {
        cluster.post(MAPS, map("a", "1")).ok();

        var answer = cluster.call(
                "PATCH", MAPS + "/a", "{}", java.util.Map.of("Content-Type", "application/apply-patch+yaml"));

        assertThat(answer.code()).isEqualTo(415);
        assertThat(answer.at("/message"))
                .contains(
                        "application/json-patch+json",
                        "application/merge-patch+json",
                        "application/strategic-merge-patch+json");
    }

    @Test
    void aPatchMayNotRenameItsObject() {
        cluster.post(MAPS, map("a", "1")).ok();

        assertThat(cluster.patch("merge", MAPS + "/a", "{\"metadata\":{\"name\":\"b\"}}")
                        .code())
                .isEqualTo(400);
    }

    @Test
    void aPatchWithAStaleRevisionConflicts() {
        var first = cluster.post(MAPS, map("a", "1")).ok();
        cluster.put(MAPS + "/a", map("a", "2")).ok();

        var stale = cluster.patch(
                "merge",
                MAPS + "/a",
                "{\"metadata\":{\"resourceVersion\":\"" + first.version() + "\"},\"data\":{\"k\":\"3\"}}");

        assertThat(stale.code()).isEqualTo(409);
    }

    @Test
    void unknownFieldsAreWarnedAboutRefusedOrIgnored() {
        String odd = map("a", "1").replace("\"data\":", "\"foo\":1,\"bar\":2,\"data\":");

        var strict = cluster.post(MAPS + "?fieldValidation=Strict", odd);
        var ignored = cluster.post(MAPS + "?fieldValidation=Ignore&dryRun=All", odd);
        var warned = cluster.post(MAPS, odd);

        assertThat(strict.code()).isEqualTo(400);
        assertThat(strict.at("/message"))
                .isEqualTo("strict decoding error: unknown field \"foo\", unknown field \"bar\"");
        assertThat(ignored.code()).isEqualTo(201);
        assertThat(ignored.headers().all("Warning")).isEmpty();
        assertThat(warned.code()).isEqualTo(201);
        assertThat(warned.headers().all("Warning"))
                .containsExactly("299 - \"unknown field \\\"foo\\\"\"", "299 - \"unknown field \\\"bar\\\"\"");
        assertThat(cluster.post(MAPS + "?fieldValidation=Sometimes", odd).code())
                .isEqualTo(422);
    }

    /// Kubernetes answers 422 about the field `patch` (apiserver, `rest/patch.go`); bodies are refused with 400.
    @Test
    void aPatchThatLeavesNoObjectOfTheKindIsInvalid() {
        cluster.post(MAPS, map("a", "1")).ok();

        for (String type : List.of("merge", "strategic")) {
            var wrong = cluster.patch(type, MAPS + "/a", "{\"data\":{\"k\":1}}");
            var strict = cluster.patch(type, MAPS + "/a?fieldValidation=Strict", "{\"foo\":1}");

            assertThat(wrong.code()).isEqualTo(422);
            assertThat(wrong.at("/details/causes/0/field")).isEqualTo("patch");
            assertThat(wrong.at("/message")).contains("data.k: cannot read number as string");
            assertThat(strict.code()).isEqualTo(422);
            assertThat(strict.at("/message")).endsWith("strict decoding error: unknown field \"foo\"");
        }
    }

    /// The options of a request are named after its verb, as `metav1.CreateOptions` and its like are.
    @Test
    void optionsThatAreNoneAreRefusedByTheirName() {
        cluster.post(MAPS, map("a", "1")).ok();

        assertThat(cluster.post(MAPS + "?dryRun=Some", map("b", "1")).at("/message"))
                .isEqualTo("CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: \"Some\": supported"
                        + " values: \"All\"");
        assertThat(cluster.put(MAPS + "/a?fieldValidation=Some", map("a", "1")).at("/message"))
                .startsWith("UpdateOptions.meta.k8s.io \"\" is invalid: fieldValidation: Unsupported value: \"Some\"");
        assertThat(cluster.patch("merge", MAPS + "/a?dryRun=Some", "{}").at("/details/kind"))
                .isEqualTo("PatchOptions");
        assertThat(cluster.delete(MAPS + "/a?dryRun=Some").at("/details/kind")).isEqualTo("DeleteOptions");
        assertThat(cluster.get(MAPS + "/a").code()).isEqualTo(200);
    }

    @Test
    void aDryRunChangesNothing() {
        var dry = cluster.post(MAPS + "?dryRun=All", map("a", "1"));

        assertThat(dry.code()).isEqualTo(201);
        assertThat(dry.body().at("/metadata/resourceVersion").isMissingNode()).isTrue();
        assertThat(cluster.get(MAPS + "/a").code()).isEqualTo(404);

        var first = cluster.post(MAPS, map("a", "1")).ok();
        var put = cluster.put(MAPS + "/a?dryRun=All", map("a", "2")).ok();
        assertThat(put.at("/data/k")).isEqualTo("2");
        assertThat(put.version()).isEqualTo(first.version());
        assertThat(cluster.delete(MAPS + "/a?dryRun=All").code()).isEqualTo(200);
        assertThat(cluster.get(MAPS + "/a").at("/data/k")).isEqualTo("1");
        assertThat(cluster.post(MAPS + "?dryRun=Some", map("b", "1")).code()).isEqualTo(422);
    }

    @Test
    void anInvalidObjectIsRefusedWithItsCauses() {
        var answer = cluster.post(
                DEPLOYMENTS,
                deployment("d").replace("\"matchLabels\":{\"app\":\"x\"}", "\"matchLabels\":{\"app\":\"y\"}"));

        assertThat(answer.code()).isEqualTo(422);
        assertThat(answer.at("/reason")).isEqualTo("Invalid");
        assertThat(answer.at("/details/kind")).isEqualTo("Deployment");
        assertThat(answer.at("/details/group")).isEqualTo("apps");
        assertThat(answer.at("/message")).startsWith("Deployment.apps \"d\" is invalid: ");
    }

    @Test
    void defaultsAreInTheAnswer() {
        var answer = cluster.post(DEPLOYMENTS, deployment("d")).ok();

        assertThat(answer.at("/spec/strategy/type")).isEqualTo("RollingUpdate");
        assertThat(answer.at("/spec/strategy/rollingUpdate/maxSurge")).isEqualTo("25%");
        assertThat(answer.body().at("/spec/revisionHistoryLimit").asInt()).isEqualTo(10);
        assertThat(answer.at("/spec/template/spec/restartPolicy")).isEqualTo("Always");
    }

    @Test
    void aPodGetsItsServiceAccountTokenTolerationsAndStatus() {
        var pod = cluster.post(PODS, pod("p")).ok();

        assertThat(pod.at("/spec/serviceAccountName")).isEqualTo("default");
        assertThat(pod.at("/spec/volumes/0/name")).startsWith("kube-api-access-");
        assertThat(pod.at("/spec/containers/0/volumeMounts/0/mountPath"))
                .isEqualTo("/var/run/secrets/kubernetes.io/serviceaccount");
        assertThat(pod.body().at("/spec/tolerations")).hasSize(2);
        assertThat(pod.body().at("/spec/tolerations/0/tolerationSeconds").asInt())
                .isEqualTo(300);
        assertThat(pod.at("/status/phase")).isEqualTo("Pending");
        assertThat(pod.at("/status/qosClass")).isEqualTo("BestEffort");
        assertThat(pod.body().at("/metadata/generation").asInt()).isEqualTo(1);
    }

    @Test
    void aPodOfAnUnknownServiceAccountIsForbidden() {
        var answer = cluster.post(PODS, pod("p").replace("\"spec\":{", "\"spec\":{\"serviceAccountName\":\"nobody\","));

        assertThat(answer.code()).isEqualTo(403);
        assertThat(answer.at("/message")).contains("serviceaccount \"nobody\" not found");
    }

    @Test
    void aLeaseIsCreatedByItsFirstUpdateAndNeverOverwrittenUnseen() {
        String path = "/apis/coordination.k8s.io/v1/namespaces/default/leases/l";
        String lease = """
                {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"l"},
                 "spec":{"holderIdentity":"me","renewTime":"2026-01-01T00:00:00.123456Z"}}""";

        var created = cluster.put(path, lease);
        var unseen = cluster.put(path, lease.replace("\"me\"", "\"you\""));
        var seen = cluster.put(
                path,
                lease.replace("\"me\"", "\"you\"")
                        .replace("\"name\":\"l\"", "\"name\":\"l\",\"resourceVersion\":\"" + created.version() + "\""));

        assertThat(created.code()).isEqualTo(201);
        assertThat(created.at("/spec/renewTime")).isEqualTo("2026-01-01T00:00:00.123456Z");
        assertThat(unseen.code()).isEqualTo(422);
        assertThat(unseen.at("/message")).contains("metadata.resourceVersion", "must be specified for an update");
        assertThat(seen.code()).isEqualTo(200);
    }

    @Test
    void scaleIsReadAndWrittenAsAScale() {
        cluster.post(DEPLOYMENTS, deployment("d")).ok();

        var read = cluster.get(DEPLOYMENTS + "/d/scale").ok();
        var patched = cluster.patch("merge", DEPLOYMENTS + "/d/scale", "{\"spec\":{\"replicas\":8}}")
                .ok();
        var put = cluster.put(
                        DEPLOYMENTS + "/d/scale", patched.body().toString().replace("\"replicas\":8", "\"replicas\":2"))
                .ok();

        assertThat(read.at("/kind")).isEqualTo("Scale");
        assertThat(read.at("/apiVersion")).isEqualTo("autoscaling/v1");
        assertThat(read.at("/status/selector")).isEqualTo("app=x");
        assertThat(patched.body().at("/spec/replicas").asInt()).isEqualTo(8);
        assertThat(put.at("/kind")).isEqualTo("Scale");
        assertThat(cluster.get(DEPLOYMENTS + "/d").body().at("/spec/replicas").asInt())
                .isEqualTo(2);
        assertThat(cluster.get(DEPLOYMENTS + "/d")
                        .body()
                        .at("/metadata/generation")
                        .asInt())
                .isEqualTo(3);
        assertThat(cluster.get(MAPS + "/kube-root-ca.crt/scale").code()).isEqualTo(404);
    }

    @Test
    void aBindingGivesAPodItsNodeOnce() {
        cluster.post(PODS, pod("p")).ok();
        String binding = """
                {"apiVersion":"v1","kind":"Binding","metadata":{"name":"p"},"target":{"kind":"Node","name":"n1"}}""";

        var bound = cluster.post(PODS + "/p/binding", binding);
        var again = cluster.post(PODS + "/p/binding", binding.replace("n1", "n2"));

        var pod = cluster.get(PODS + "/p");
        assertThat(bound.code()).isEqualTo(201);
        assertThat(pod.at("/spec/nodeName")).isEqualTo("n1");
        assertThat(pod.at("/status/conditions/0/type")).isEqualTo("PodScheduled");
        assertThat(again.code()).isEqualTo(409);
        assertThat(again.at("/message")).contains("already assigned to node \"n1\"");
    }

    @Test
    void aBindingMayNameItsPodItself() {
        cluster.post(PODS, pod("p")).ok();

        var bound = cluster.post(
                "/api/v1/namespaces/default/bindings",
                "{\"metadata\":{\"name\":\"p\"},\"target\":{\"kind\":\"Node\",\"name\":\"n1\"}}");

        assertThat(bound.code()).isEqualTo(201);
        assertThat(cluster.get(PODS + "/p").at("/spec/nodeName")).isEqualTo("n1");
    }

    @Test
    void aTokenIsGivenForAServiceAccount() {
        String path = "/api/v1/namespaces/default/serviceaccounts/default/token";

        var token = cluster.post(path, "{\"spec\":{\"audiences\":[\"api\"],\"expirationSeconds\":600}}");
        var tooShort = cluster.post(path, "{\"spec\":{\"expirationSeconds\":5}}");

        assertThat(token.code()).isEqualTo(201);
        assertThat(token.at("/status/token")).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+");
        assertThat(tooShort.code()).isEqualTo(422);
        assertThat(cluster.post(path.replace("/default/token", "/nobody/token"), "{}")
                        .code())
                .isEqualTo(404);
    }

    @Test
    void stringDataOfASecretBecomesData() {
        var answer = cluster.post(
                        "/api/v1/namespaces/default/secrets",
                        "{\"metadata\":{\"name\":\"s\"},\"stringData\":{\"a\":\"b\"}}")
                .ok();

        assertThat(answer.at("/data/a")).isEqualTo("Yg==");
        assertThat(answer.body().has("stringData")).isFalse();
    }
}
