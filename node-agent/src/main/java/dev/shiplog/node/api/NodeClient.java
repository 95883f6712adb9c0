package dev.shiplog.node.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.temporal.ChronoUnit;

/// Registers a node, reports on it and keeps its Lease alive.
public final class NodeClient {
    private static final int LEASE_SECONDS = 40;
    private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";

    private final ApiClient api;
    private final Clock clock;

    public NodeClient(ApiClient api, Clock clock) {
        this.api = api;
        this.clock = clock;
    }

    /// Creates the node, or brings labels of the one there is up to date; answers with the node.
    public ApiAnswer register(ObjectNode node) {
        ApiAnswer created = api.post("/api/v1/nodes", node);
        if (!created.conflict()) {
            return created;
        }
        ObjectNode labels = ApiClient.object();
        labels.putObject("metadata").set("labels", node.path("metadata").path("labels"));
        return api.patch(path(node.path("metadata").path("name").asText()), ApiClient.Patch.STRATEGIC, labels);
    }

    public ApiAnswer get(String name) {
        return api.get(path(name));
    }

    public ApiAnswer report(String name, JsonNode status) {
        ObjectNode patch = ApiClient.object();
        patch.set("status", status);
        return api.patch(path(name) + "/status", ApiClient.Patch.STRATEGIC, patch);
    }

    /// Says that the node lives.
    public ApiAnswer heartbeat(String name, String nodeUid) {
        String now = clock.instant().truncatedTo(ChronoUnit.MICROS).toString();
        ObjectNode renew = ApiClient.object();
        renew.putObject("spec")
                .put("holderIdentity", name)
                .put("leaseDurationSeconds", LEASE_SECONDS)
                .put("renewTime", now);
        ApiAnswer answer = api.patch(LEASES + "/" + name, ApiClient.Patch.MERGE, renew);
        return answer.notFound() ? api.post(LEASES, lease(name, nodeUid, now)) : answer;
    }

    private static ObjectNode lease(String name, String nodeUid, String now) {
        ObjectNode lease =
                ApiClient.object().put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
        ObjectNode metadata = lease.putObject("metadata").put("name", name).put("namespace", "kube-node-lease");
        metadata.putArray("ownerReferences")
                .addObject()
                .put("apiVersion", "v1")
                .put("kind", "Node")
                .put("name", name)
                .put("uid", nodeUid);
        lease.putObject("spec")
                .put("holderIdentity", name)
                .put("leaseDurationSeconds", LEASE_SECONDS)
                .put("renewTime", now);
        return lease;
    }

    private static String path(String name) {
        return "/api/v1/nodes/" + name;
    }
}
