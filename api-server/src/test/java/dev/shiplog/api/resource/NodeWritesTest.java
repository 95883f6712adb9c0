package dev.shiplog.api.resource;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.api.http.Identity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the agent of a node may not write although its paths are open to it. The texts are those of Kubernetes'
/// admission plug-in `NodeRestriction` (kubernetes.io, "Admission Control in Kubernetes").
class NodeWritesTest {
    private static final String NODES = "/api/v1/nodes";
    private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String TOKEN = "/api/v1/namespaces/default/serviceaccounts/default/token";

    private final Cluster cluster = Cluster.bootstrapped();
    private final Identity admin = cluster.caller;

    @BeforeEach
    void actAsANode() {
        cluster.caller = Identity.of(Identity.NODE_PREFIX + "n1", Identity.NODES);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static void refused(Cluster.Answer answer, String message) {
        assertThat(answer.code()).as(answer.body().toString()).isEqualTo(403);
        assertThat(answer.at("/reason")).isEqualTo("Forbidden");
        assertThat(answer.at("/message")).isEqualTo(message);
    }

    @Test
    void aNodeRegistersItselfAndNoOther() {
        assertThat(cluster.post(NODES, "{\"metadata\":{\"name\":\"n1\"}}").code())
                .isEqualTo(201);

        refused(
                cluster.post(NODES, "{\"metadata\":{\"name\":\"n2\"}}"),
                "nodes \"n2\" is forbidden: node \"n1\" is not allowed to modify node \"n2\"");
    }

    @Test
    void aNodeHoldsItsOwnLeaseOnly() {
        assertThat(cluster.post(LEASES, "{\"metadata\":{\"name\":\"n1\"}}").code())
                .isEqualTo(201);

        refused(
                cluster.post(LEASES, "{\"metadata\":{\"name\":\"n2\"}}"),
                "leases.coordination.k8s.io \"n2\" is forbidden: can only access node lease with the same name as the"
                        + " requesting node");
    }

    @Test
    void aNodeCannotDrawPodsToItself() {
        cluster.post(
                        NODES,
                        "{\"metadata\":{\"name\":\"n1\"},\"spec\":{\"taints\":[{\"key\":\"a\",\"effect\":\"NoSchedule\"}]}}")
                .ok();

        refused(
                cluster.patch("merge", NODES + "/n1", "{\"spec\":{\"taints\":null}}"),
                "nodes \"n1\" is forbidden: node \"n1\" is not allowed to modify taints");
        refused(
                cluster.patch(
                        "merge",
                        NODES + "/n1",
                        "{\"metadata\":{\"labels\":{\"node-restriction.kubernetes.io/fips\":\"true\"}}}"),
                "nodes \"n1\" is forbidden: node \"n1\" is not allowed to set the following labels:"
                        + " node-restriction.kubernetes.io/fips");
        assertThat(cluster.patch("merge", NODES + "/n1", "{\"metadata\":{\"labels\":{\"disk\":\"ssd\"}}}")
                        .code())
                .isEqualTo(200);
    }

    @Test
    void aNodeGetsTokensOfThePodsItRunsOnly() {
        String uid = podOn("mine", "n1");
        String other = podOn("other", "n2");

        assertThat(cluster.post(TOKEN, request("mine", uid)).code()).isEqualTo(201);
        refused(
                cluster.post(TOKEN, "{\"spec\":{}}"),
                "serviceaccounts \"default\" is forbidden: node requested token not bound to a pod");
        refused(
                cluster.post(TOKEN, request("mine", "")),
                "serviceaccounts \"default\" is forbidden: node requested token with a pod binding without a uid");
        refused(
                cluster.post(TOKEN, request("other", other)),
                "serviceaccounts \"default\" is forbidden: node requested token bound to a pod scheduled on a different"
                        + " node");
    }

    @Test
    void aTokenIsBoundToAPodOfItsOwnAccountOnly() {
        cluster.caller = admin;
        podOn("mine", "n1");
        cluster.post("/api/v1/namespaces/default/serviceaccounts", "{\"metadata\":{\"name\":\"robot\"}}")
                .ok();

        var answer = cluster.post(TOKEN.replace("/default/token", "/robot/token"), request("mine", ""));

        assertThat(answer.code()).isEqualTo(400);
        assertThat(answer.at("/message"))
                .isEqualTo("cannot bind token for serviceaccount \"robot\" to pod running with different serviceaccount"
                        + " name.");
    }

    /// Makes a pod, binds it, and gives back its uid.
    private String podOn(String name, String node) {
        Identity before = cluster.caller;
        cluster.caller = admin;
        String uid = cluster.post(PODS, WriteTest.pod(name)).ok().at("/metadata/uid");
        cluster.post(
                        PODS + "/" + name + "/binding",
                        "{\"metadata\":{\"name\":\"%s\"},\"target\":{\"kind\":\"Node\",\"name\":\"%s\"}}"
                                .formatted(name, node))
                .ok();
        cluster.caller = before;
        return uid;
    }

    private static String request(String pod, String uid) {
        return """
                {"spec":{"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"%s","uid":"%s"}}}""".formatted(pod, uid);
    }
}
