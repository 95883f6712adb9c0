package dev.shiplog.schemas.openapi;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shiplog.meta.v1.DeleteOptions;
import dev.shiplog.meta.v1.ListMeta;
import dev.shiplog.meta.v1.Status;
import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.Kind;
import dev.shiplog.schemas.patch.PatchType;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Writes the paths of a resource with the operations that its verbs allow.
final class Operations {
    private static final List<String> WRITE = List.of("dryRun", "fieldManager", "fieldValidation");
    private static final List<String> LIST = List.of(
            "allowWatchBookmarks",
            "continue",
            "fieldSelector",
            "labelSelector",
            "limit",
            "resourceVersion",
            "resourceVersionMatch",
            "sendInitialEvents",
            "timeoutSeconds",
            "watch");
    private static final List<String> DELETE =
            List.of("dryRun", "gracePeriodSeconds", "orphanDependents", "propagationPolicy");
    private static final Map<String, String> TYPES = Map.of(
            "allowWatchBookmarks", "boolean",
            "sendInitialEvents", "boolean",
            "watch", "boolean",
            "force", "boolean",
            "orphanDependents", "boolean",
            "limit", "integer",
            "timeoutSeconds", "integer",
            "gracePeriodSeconds", "integer");

    private final ObjectMapper json;
    private final Catalog catalog;
    private final Components components;

    Operations(ObjectMapper json, Catalog catalog, Components components) {
        this.json = json;
        this.catalog = catalog;
        this.components = components;
    }

    /// What an operation works on: the schema of its bodies, and the kind it is said to be about.
    private record Subject(ObjectNode body, String group, String version, String kind) {}

    void add(Kind kind, ObjectNode paths) {
        String root = (kind.group().isEmpty() ? "/api/" : "/apis/") + kind.apiVersion();
        String collection = root + (kind.namespaced() ? "/namespaces/{namespace}/" : "/") + kind.plural();
        var subject = new Subject(components.reference(kind.schema()), kind.group(), kind.version(), kind.kind());
        ObjectNode list = components.list(kind, ListMeta.SCHEMA);
        if (kind.namespaced() && kind.verbs().contains("list")) {
            ObjectNode path = paths.putObject(root + "/" + kind.plural());
            operation(path, "get", "list", subject, LIST, list);
        }
        collection(kind, paths.putObject(collection), subject, list);
        ObjectNode one = paths.putObject(collection + "/{name}");
        parameters(one, kind.namespaced(), true);
        item(one, kind.verbs(), subject);
        for (Kind.Subresource subresource : kind.subresources()) {
            ObjectNode path = paths.putObject(collection + "/{name}/" + subresource.name());
            parameters(path, kind.namespaced(), true);
            subresource(path, subresource, subject);
        }
    }

    private void collection(Kind kind, ObjectNode path, Subject subject, ObjectNode list) {
        parameters(path, kind.namespaced(), false);
        if (kind.verbs().contains("list")) {
            operation(path, "get", "list", subject, LIST, list);
        }
        if (kind.verbs().contains("create")) {
            body(operation(path, "post", "post", subject, WRITE, subject.body()), subject.body());
        }
        if (kind.verbs().contains("deletecollection")) {
            var parameters =
                    Stream.concat(LIST.stream(), DELETE.stream()).distinct().toList();
            ObjectNode status = components.reference(Status.SCHEMA);
            body(
                    operation(path, "delete", "deletecollection", subject, parameters, status),
                    components.reference(DeleteOptions.SCHEMA));
        }
    }

    private void item(ObjectNode path, List<String> verbs, Subject subject) {
        if (verbs.contains("get")) {
            operation(path, "get", "get", subject, List.of(), subject.body());
        }
        if (verbs.contains("update")) {
            body(operation(path, "put", "put", subject, WRITE, subject.body()), subject.body());
        }
        if (verbs.contains("patch")) {
            var parameters = Stream.concat(WRITE.stream(), Stream.of("force")).toList();
            ObjectNode patch = operation(path, "patch", "patch", subject, parameters, subject.body());
            ObjectNode content =
                    patch.putObject("requestBody").put("required", true).putObject("content");
            for (PatchType type : PatchType.values()) {
                content.putObject(type.mediaType()).set("schema", components.patch());
            }
        }
        if (verbs.contains("delete")) {
            ObjectNode status = components.reference(Status.SCHEMA);
            body(
                    operation(path, "delete", "delete", subject, DELETE, status),
                    components.reference(DeleteOptions.SCHEMA));
        }
    }

    private void subresource(ObjectNode path, Kind.Subresource subresource, Subject parent) {
        Subject subject = parent;
        if (!subresource.kind().isEmpty()) {
            @Nullable Kind kind = catalog.byApiVersion(subresource.apiVersion(), subresource.kind());
            if (kind != null) {
                subject = new Subject(components.reference(kind.schema()), kind.group(), kind.version(), kind.kind());
            }
        }
        if (subresource.name().equals("log")) {
            var parameters =
                    List.of("container", "follow", "limitBytes", "previous", "sinceSeconds", "tailLines", "timestamps");
            operation(
                    path,
                    "get",
                    "get",
                    subject,
                    parameters,
                    json.createObjectNode().put("type", "string"));
            return;
        }
        item(path, subresource.verbs(), subject);
        if (subresource.verbs().contains("create")) {
            body(operation(path, "post", "post", subject, WRITE, subject.body()), subject.body());
        }
    }

    private ObjectNode operation(
            ObjectNode path,
            String method,
            String action,
            Subject subject,
            List<String> parameters,
            ObjectNode answer) {
        ObjectNode operation = path.putObject(method);
        ArrayNode query = operation.putArray("parameters");
        parameters.forEach(name -> parameter(query, name, "query"));
        ObjectNode responses = operation.putObject("responses");
        ObjectNode ok = responses.putObject(action.equals("post") ? "201" : "200");
        ok.put("description", "OK");
        boolean text = answer.path("type").asText().equals("string");
        ok.putObject("content")
                .putObject(text ? "text/plain" : "application/json")
                .set("schema", answer.deepCopy());
        responses.putObject("401").put("description", "Unauthorized");
        operation.put("x-kubernetes-action", action);
        operation.set(
                "x-kubernetes-group-version-kind",
                components.groupVersionKind(subject.group(), subject.version(), subject.kind()));
        return operation;
    }

    private void body(ObjectNode operation, ObjectNode schema) {
        operation.putObject("requestBody").putObject("content").putObject("*/*").set("schema", schema.deepCopy());
    }

    private void parameters(ObjectNode path, boolean namespaced, boolean named) {
        ArrayNode parameters = path.putArray("parameters");
        if (named) {
            parameter(parameters, "name", "path").put("required", true);
        }
        if (namespaced) {
            parameter(parameters, "namespace", "path").put("required", true);
        }
        parameter(parameters, "pretty", "query");
    }

    private ObjectNode parameter(ArrayNode parameters, String name, String in) {
        ObjectNode parameter = parameters.addObject().put("name", name).put("in", in);
        parameter
                .putObject("schema")
                .put("type", TYPES.getOrDefault(name, "string"))
                .put("uniqueItems", true);
        return parameter;
    }
}
