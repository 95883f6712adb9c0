package dev.shiplog.api.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What a request asks for, read from method and path as Kubernetes reads them.
///
/// @param path the decoded path, without trailing slashes (`/` alone stays)
/// @param segments the decoded path segments, none empty
/// @param prefix `api` or `apis` for a resource request, else empty
/// @param verb get, list, watch, create, update, patch, delete, deletecollection; for a non-resource request the method
///     in lower case
/// @param name empty when a collection is meant; for a list or watch whose field selector is just
///     `metadata.name=X` it is X, so that authorization can see it (see `collection`)
/// @param parts all segments after the group and version, the namespace left out
/// @param collection whether the path names a collection
public record RequestInfo(
        String path,
        List<String> segments,
        boolean isResourceRequest,
        String prefix,
        String verb,
        String group,
        String version,
        String namespace,
        String resource,
        String subresource,
        String name,
        List<String> parts,
        boolean collection) {

    /// Stands for a request whose line could not be read.
    static final RequestInfo UNREAD =
            new RequestInfo("", List.of(), false, "", "", "", "", "", "", "", "", List.of(), false);

    private static final Set<String> NAMESPACE_SUBRESOURCES = Set.of("status", "finalize");
    private static final Set<String> LONG_RUNNING = Set.of("log", "exec", "attach", "portforward", "proxy");

    /// Whether the request is exempt from the request timeout.
    public boolean longRunning() {
        return isResourceRequest && (verb.equals("watch") || LONG_RUNNING.contains(subresource));
    }

    /// `resource.group`, or the resource alone in the core group: how messages name it.
    public String groupResource() {
        return group.isEmpty() ? resource : resource + "." + group;
    }

    /// Reads a request line.
    ///
    /// @param rawPath the path as sent, without query
    /// @throws StatusException 400 for a broken percent escape
    public static RequestInfo of(String method, String rawPath, Query query) {
        List<String> segments = new ArrayList<>();
        for (String segment : rawPath.split("/", -1)) {
            if (!segment.isEmpty()) {
                segments.add(Percent.decodePath(segment));
            }
        }
        String path = "/" + String.join("/", segments);
        boolean core = segments.size() >= 3 && segments.getFirst().equals("api");
        boolean grouped = segments.size() >= 4 && segments.getFirst().equals("apis");
        if (!core && !grouped) {
            return new RequestInfo(
                    path,
                    List.copyOf(segments),
                    false,
                    "",
                    method.toLowerCase(Locale.ROOT),
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    List.of(),
                    false);
        }
        return resource(method, path, List.copyOf(segments), core, query);
    }

    private static RequestInfo resource(String method, String path, List<String> segments, boolean core, Query query) {
        String group = core ? "" : segments.get(1);
        String version = segments.get(core ? 1 : 2);
        List<String> rest = segments.subList(core ? 2 : 3, segments.size());
        String verb = verb(method);
        boolean watchPath = rest.getFirst().equals("watch") && rest.size() > 1;
        if (watchPath) {
            verb = verb.equals("get") ? "watch" : verb;
            rest = rest.subList(1, rest.size());
        }
        String namespace = "";
        if (rest.getFirst().equals("namespaces") && rest.size() > 1) {
            namespace = rest.get(1);
            if (rest.size() > 2 && !NAMESPACE_SUBRESOURCES.contains(rest.get(2))) {
                rest = rest.subList(2, rest.size());
            }
        }
        String resource = rest.getFirst();
        String name = rest.size() > 1 ? rest.get(1) : "";
        String subresource = rest.size() > 2 ? rest.get(2) : "";
        boolean collection = name.isEmpty();
        if (collection) {
            verb = collectionVerb(verb, query);
            if (Set.of("list", "watch", "deletecollection").contains(verb)) {
                name = selectedName(query.text("fieldSelector"));
            }
        }
        return new RequestInfo(
                path,
                segments,
                true,
                core ? "api" : "apis",
                verb,
                group,
                version,
                namespace,
                resource,
                subresource,
                name,
                List.copyOf(rest),
                collection);
    }

    private static String verb(String method) {
        return switch (method) {
            case "POST" -> "create";
            case "GET", "HEAD" -> "get";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> "delete";
            default -> "";
        };
    }

    private static String collectionVerb(String verb, Query query) {
        return switch (verb) {
            case "get" -> query.flag("watch") ? "watch" : "list";
            case "delete" -> "deletecollection";
            default -> verb;
        };
    }

    private static String selectedName(String fieldSelector) {
        for (String form : List.of("metadata.name==", "metadata.name=")) {
            if (fieldSelector.startsWith(form) && fieldSelector.indexOf(',') < 0) {
                String name = fieldSelector.substring(form.length());
                return name.indexOf('=') < 0 ? name : "";
            }
        }
        return "";
    }
}
