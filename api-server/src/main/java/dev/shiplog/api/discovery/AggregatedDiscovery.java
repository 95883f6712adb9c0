package dev.shiplog.api.discovery;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.shiplog.schemas.Kind;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/// Writes everything that is served below `/api` or `/apis` as one `APIGroupDiscoveryList`.
final class AggregatedDiscovery {
    static final String GROUP = "apidiscovery.k8s.io";
    static final String KIND = "APIGroupDiscoveryList";

    private AggregatedDiscovery() {}

    static void write(JsonGenerator json, String version, Collection<List<Served.Version>> groups) throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", KIND);
        json.writeStringField("apiVersion", GROUP + "/" + version);
        json.writeObjectFieldStart("metadata");
        json.writeEndObject();
        json.writeArrayFieldStart("items");
        for (List<Served.Version> versions : groups) {
            group(json, versions);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void group(JsonGenerator json, List<Served.Version> versions) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("metadata");
        if (!versions.getFirst().group().isEmpty()) {
            json.writeStringField("name", versions.getFirst().group());
        }
        json.writeNullField("creationTimestamp");
        json.writeEndObject();
        json.writeArrayFieldStart("versions");
        for (Served.Version version : versions) {
            json.writeStartObject();
            json.writeStringField("version", version.version());
            json.writeArrayFieldStart("resources");
            for (Kind kind : version.kinds()) {
                resource(json, kind);
            }
            json.writeEndArray();
            json.writeStringField("freshness", "Current");
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void resource(JsonGenerator json, Kind kind) throws IOException {
        json.writeStartObject();
        json.writeStringField("resource", kind.plural());
        responseKind(json, ResponseKind.of(kind));
        json.writeStringField("scope", kind.namespaced() ? "Namespaced" : "Cluster");
        json.writeStringField("singularResource", kind.singular());
        PlainDiscovery.strings(json, "verbs", PlainDiscovery.sorted(kind.verbs()));
        if (!kind.shortNames().isEmpty()) {
            PlainDiscovery.strings(json, "shortNames", kind.shortNames());
        }
        if (!kind.categories().isEmpty()) {
            PlainDiscovery.strings(json, "categories", kind.categories());
        }
        if (!kind.subresources().isEmpty()) {
            json.writeArrayFieldStart("subresources");
            for (Kind.Subresource subresource : kind.subresources()) {
                json.writeStartObject();
                json.writeStringField("subresource", subresource.name());
                responseKind(json, ResponseKind.of(kind, subresource));
                PlainDiscovery.strings(json, "verbs", PlainDiscovery.sorted(subresource.verbs()));
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void responseKind(JsonGenerator json, ResponseKind kind) throws IOException {
        json.writeObjectFieldStart("responseKind");
        json.writeStringField("group", kind.group());
        json.writeStringField("version", kind.version());
        json.writeStringField("kind", kind.kind());
        json.writeEndObject();
    }
}
