package dev.shiplog.api.resource;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.Media;
import dev.shiplog.api.http.Query;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.api.http.StatusJson;
import dev.shiplog.schemas.Codec;
import dev.shiplog.schemas.JsonOut;
import dev.shiplog.schemas.Kind;
import dev.shiplog.schemas.Typed;
import dev.shiplog.schemas.table.IncludeObject;
import dev.shiplog.schemas.table.ListInfo;
import dev.shiplog.schemas.table.PartialMetadata;
import dev.shiplog.schemas.table.TableJson;
import dev.shiplog.store.Entry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/// How objects of one kind are shown to one client: as they are, as rows of a table, or by their metadata alone.
/// Plain objects go from Avro to JSON without being made.
record Rendering(Codec codec, Kind kind, Media.As as, IncludeObject include) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int FLUSH_BYTES = 64 * 1024;
    private static final byte[] EVENT_END = "}\n".getBytes(StandardCharsets.US_ASCII);

    static Rendering of(Codec codec, Kind kind, Media media, Query query) {
        IncludeObject include = IncludeObject.METADATA;
        if (media.as() == Media.As.TABLE) {
            try {
                include = IncludeObject.parse(query.first("includeObject"));
            } catch (IllegalArgumentException unknown) {
                throw new StatusException(ApiStatus.badRequest(String.valueOf(unknown.getMessage())));
            }
        }
        return new Rendering(codec, kind, media.as(), include);
    }

    private interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    private static byte[] json(Body body) {
        var bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            body.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private boolean plain() {
        return as == Media.As.PLAIN;
    }

    /// One object as a JSON document.
    byte[] object(long schema, byte[] value, long revision, Instant now) {
        return plain()
                ? codec.toJson(schema, value, revision)
                : derived(codec.decode(schema, value), revision, now, true);
    }

    private byte[] derived(Typed object, long revision, Instant now, boolean columns) {
        String version = Long.toString(revision);
        return json(json -> {
            if (as == Media.As.TABLE) {
                var table = new TableJson(kind, include);
                table.begin(json, new ListInfo(version, "", null), columns);
                table.row(json, object, version, now);
                table.end(json);
            } else {
                PartialMetadata.write(json, object, version);
            }
        });
    }

    /// A list as a JSON document, written as it is made.
    void list(OutputStream out, List<Entry> items, ListInfo info, Instant now) throws IOException {
        switch (as) {
            case PLAIN -> plainList(out, items, info);
            case TABLE -> table(out, items, info, now);
            case PARTIAL_OBJECT_METADATA, PARTIAL_OBJECT_METADATA_LIST -> partialList(out, items, info);
        }
    }

    private void plainList(OutputStream out, List<Entry> items, ListInfo info) throws IOException {
        var json = new JsonOut();
        json.raw("{\"kind\":");
        json.string(kind.kind() + "List");
        json.raw(",\"apiVersion\":");
        json.string(kind.apiVersion());
        json.raw(",\"metadata\":{\"resourceVersion\":");
        json.string(info.resourceVersion());
        if (!info.continue_().isEmpty()) {
            json.raw(",\"continue\":");
            json.string(info.continue_());
        }
        if (info.remaining() != null) {
            json.raw(",\"remainingItemCount\":" + info.remaining());
        }
        json.raw("},\"items\":[");
        boolean first = true;
        for (Entry item : items) {
            if (!first) {
                json.raw(",");
            }
            first = false;
            codec.toJson(item.schema(), item.value(), item.revision(), json);
            if (json.size() > FLUSH_BYTES) {
                json.writeTo(out);
                json.reset();
            }
        }
        json.raw("]}");
        json.writeTo(out);
    }

    private void table(OutputStream out, List<Entry> items, ListInfo info, Instant now) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            var table = new TableJson(kind, include);
            table.begin(json, info, true);
            for (Entry item : items) {
                table.row(json, codec.decode(item.schema(), item.value()), Long.toString(item.revision()), now);
            }
            table.end(json);
        }
    }

    private void partialList(OutputStream out, List<Entry> items, ListInfo info) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.writeStartObject();
            json.writeStringField("kind", "PartialObjectMetadataList");
            json.writeStringField("apiVersion", "meta.k8s.io/v1");
            json.writeObjectFieldStart("metadata");
            json.writeStringField("resourceVersion", info.resourceVersion());
            if (!info.continue_().isEmpty()) {
                json.writeStringField("continue", info.continue_());
            }
            Long remaining = info.remaining();
            if (remaining != null) {
                json.writeNumberField("remainingItemCount", remaining);
            }
            json.writeEndObject();
            json.writeArrayFieldStart("items");
            for (Entry item : items) {
                PartialMetadata.write(json, codec.decode(item.schema(), item.value()), Long.toString(item.revision()));
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    /// A watch event about an object: one line.
    ///
    /// @param columns whether a table names its columns, as the first event of a watch does
    byte[] event(EventType type, Entry entry, long revision, Instant now, boolean columns) {
        var json = new JsonOut();
        begin(json, type);
        if (plain()) {
            codec.toJson(entry.schema(), entry.value(), revision, json);
        } else {
            json.raw(derived(codec.decode(entry.schema(), entry.value()), revision, now, columns));
        }
        json.raw(EVENT_END);
        return json.toByteArray();
    }

    /// Tells a watcher that it has seen everything up to a revision.
    byte[] bookmark(long revision) {
        String version = Long.toString(revision);
        var json = new JsonOut();
        begin(json, EventType.BOOKMARK);
        if (as == Media.As.TABLE) {
            json.raw(json(generator -> {
                var table = new TableJson(kind, include);
                table.begin(generator, new ListInfo(version, "", null), false);
                table.end(generator);
            }));
        } else {
            json.raw("{\"kind\":");
            json.string(plain() ? kind.kind() : "PartialObjectMetadata");
            json.raw(",\"apiVersion\":");
            json.string(plain() ? kind.apiVersion() : "meta.k8s.io/v1");
            json.raw(",\"metadata\":{\"resourceVersion\":");
            json.string(version);
            json.raw(",\"creationTimestamp\":null}}");
        }
        json.raw(EVENT_END);
        return json.toByteArray();
    }

    /// Ends a watch with the reason why.
    static byte[] error(ApiStatus status) {
        var json = new JsonOut();
        begin(json, EventType.ERROR);
        json.raw(StatusJson.bytes(status));
        json.raw(EVENT_END);
        return json.toByteArray();
    }

    private static void begin(JsonOut json, EventType type) {
        json.raw("{\"type\":\"");
        json.raw(type.name());
        json.raw("\",\"object\":");
    }
}
