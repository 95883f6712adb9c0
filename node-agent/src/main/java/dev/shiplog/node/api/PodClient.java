package dev.shiplog.node.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodStatus;
import dev.shiplog.schemas.Json;
import java.util.List;

/// Reports on pods, and confirms their end.
public final class PodClient {
    /// Fields that a strategic patch must empty by name when the status has none.
    private static final List<String> CLEARED = List.of("reason", "message", "podIP");

    private static final List<String> CLEARED_OF_CONDITIONS = List.of("reason", "message");

    private final ApiClient api;

    public PodClient(ApiClient api) {
        this.api = api;
    }

    /// Writes a status; refused (409) when the object has another uid, or another revision unless `revision` is empty.
    public ApiAnswer report(Pod pod, String revision, PodStatus status) {
        ObjectNode patch = ApiClient.object();
        ObjectNode metadata =
                patch.putObject("metadata").put("uid", pod.metadata().uid());
        if (!revision.isEmpty()) {
            metadata.put("resourceVersion", revision);
        }
        patch.set("status", tree(status));
        return api.patch(path(pod) + "/status", ApiClient.Patch.STRATEGIC, patch);
    }

    /// Deletes the object for good, if it still has this uid.
    public ApiAnswer confirmDeletion(Pod pod) {
        ObjectNode options = ApiClient.object();
        options.put("apiVersion", "v1").put("kind", "DeleteOptions").put("gracePeriodSeconds", 0);
        options.putObject("preconditions").put("uid", pod.metadata().uid());
        return api.delete(path(pod), options);
    }

    /// The status as a patch: lists that are merged by key are told to replace, and what is empty is set to null.
    /// Conditions are merged, as others may have conditions of their own; a reason that is over must be taken
    /// back by name.
    static ObjectNode tree(PodStatus status) {
        ObjectNode tree = Json.toTree(status);
        for (String list : List.of("podIPs", "hostIPs")) {
            ArrayNode whole = ApiClient.object().putArray(list);
            whole.addObject().put("$patch", "replace");
            if (tree.get(list) instanceof ArrayNode items) {
                whole.addAll(items);
            }
            tree.set(list, whole);
        }
        clear(tree, CLEARED);
        tree.path("conditions").forEach(condition -> clear((ObjectNode) condition, CLEARED_OF_CONDITIONS));
        return tree;
    }

    private static void clear(ObjectNode object, List<String> fields) {
        for (String field : fields) {
            if (!object.has(field)) {
                object.putNull(field);
            }
        }
    }

    private static String path(Pod pod) {
        return "/api/v1/namespaces/" + pod.metadata().namespace() + "/pods/"
                + pod.metadata().name();
    }
}
