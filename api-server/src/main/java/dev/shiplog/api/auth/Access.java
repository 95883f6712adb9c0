package dev.shiplog.api.auth;

import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.RequestInfo;

/// One thing that somebody wants to do, as authorization sees it.
///
/// @param path of a request that is about no resource; else empty
/// @param name empty when a collection is meant that no field selector narrows to one name
/// @param fieldSelector as sent
public record Access(
        String verb,
        String path,
        String group,
        String resource,
        String subresource,
        String namespace,
        String name,
        String fieldSelector) {

    public static Access of(ApiRequest request) {
        RequestInfo info = request.info();
        return info.isResourceRequest()
                ? new Access(
                        info.verb(),
                        "",
                        info.group(),
                        info.resource(),
                        info.subresource(),
                        info.namespace(),
                        info.name(),
                        request.query().text("fieldSelector"))
                : new Access(info.verb(), info.path(), "", "", "", "", "", "");
    }

    /// A change of one object that comes by another way than HTTP.
    public static Access of(
            String verb, String group, String resource, String subresource, String namespace, String name) {
        return new Access(verb, "", group, resource, subresource, namespace, name, "");
    }

    boolean about(String wantedGroup, String wantedResource) {
        return group.equals(wantedGroup) && resource.equals(wantedResource);
    }

    boolean reads() {
        return verb.equals("get") || verb.equals("list") || verb.equals("watch");
    }

    /// `resource` or `resource/subresource`.
    String qualified() {
        return subresource.isEmpty() ? resource : resource + "/" + subresource;
    }
}
