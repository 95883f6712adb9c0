package dev.shiplog.api.discovery;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.shiplog.schemas.Kind;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/// Writes discovery in its older form: one document for the groups, and one for each version of a group.
final class PlainDiscovery {
    private PlainDiscovery() {}

    /// `/api`
    static void versions(JsonGenerator json, List<Served.Version> core, String address) throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", "APIVersions");
        strings(json, "versions", core.stream().map(Served.Version::version).toList());
        json.writeArrayFieldStart("serverAddressByClientCIDRs");
        json.writeStartObject();
        json.writeStringField("clientCIDR", "0.0.0.0/0");
        json.writeStringField("serverAddress", address);
        json.writeEndObject();
        json.writeEndArray();
        json.writeEndObject();
    }

    /// `/apis`
    static void groups(JsonGenerator json, Served served) throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", "APIGroupList");
        json.writeStringField("apiVersion", "v1");
        json.writeArrayFieldStart("groups");
        for (var group : served.groups().entrySet()) {
            if (!group.getKey().isEmpty()) {
                json.writeStartObject();
                groupFields(json, group.getKey(), group.getValue());
                json.writeEndObject();
            }
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /// `/apis/G`
    static void group(JsonGenerator json, String name, List<Served.Version> versions) throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", "APIGroup");
        json.writeStringField("apiVersion", "v1");
        groupFields(json, name, versions);
        json.writeEndObject();
    }

    private static void groupFields(JsonGenerator json, String name, List<Served.Version> versions) throws IOException {
        json.writeStringField("name", name);
        json.writeArrayFieldStart("versions");
        for (Served.Version version : versions) {
            version(json, version);
        }
        json.writeEndArray();
        json.writeFieldName("preferredVersion");
        version(json, versions.getFirst());
    }

    private static void version(JsonGenerator json, Served.Version version) throws IOException {
        json.writeStartObject();
        json.writeStringField("groupVersion", version.groupVersion());
        json.writeStringField("version", version.version());
        json.writeEndObject();
    }

    /// `/api/V` and `/apis/G/V`
    static void resources(JsonGenerator json, Served.Version version) throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", "APIResourceList");
        json.writeStringField("apiVersion", "v1");
        json.writeStringField("groupVersion", version.groupVersion());
        json.writeArrayFieldStart("resources");
        for (Kind kind : version.kinds()) {
            resource(json, kind);
            for (Kind.Subresource subresource : kind.subresources()) {
                subresource(json, kind, subresource);
            }
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void resource(JsonGenerator json, Kind kind) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", kind.plural());
        json.writeStringField("singularName", kind.singular());
        json.writeBooleanField("namespaced", kind.namespaced());
        json.writeStringField("kind", kind.kind());
        strings(json, "verbs", sorted(kind.verbs()));
        if (!kind.shortNames().isEmpty()) {
            strings(json, "shortNames", kind.shortNames());
        }
        if (!kind.categories().isEmpty()) {
            strings(json, "categories", kind.categories());
        }
        json.writeEndObject();
    }

    private static void subresource(JsonGenerator json, Kind kind, Kind.Subresource subresource) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", kind.plural() + "/" + subresource.name());
        json.writeStringField("singularName", "");
        json.writeBooleanField("namespaced", kind.namespaced());
        ResponseKind response = ResponseKind.of(kind, subresource);
        if (!response.group().equals(kind.group()) || !response.version().equals(kind.version())) {
            json.writeStringField("group", response.group());
            json.writeStringField("version", response.version());
        }
        json.writeStringField("kind", response.kind());
        strings(json, "verbs", sorted(subresource.verbs()));
        json.writeEndObject();
    }

    static List<String> sorted(Collection<String> verbs) {
        return verbs.stream().sorted().toList();
    }

    static void strings(JsonGenerator json, String field, Collection<String> values) throws IOException {
        json.writeArrayFieldStart(field);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }
}
