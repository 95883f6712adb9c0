package dev.shiplog.api.resource;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shiplog.api.admission.ApiObject;
import dev.shiplog.api.admission.ScaleOf;
import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.ApiResponse;
import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.BodyType;
import dev.shiplog.api.http.Headers;
import dev.shiplog.api.http.Media;
import dev.shiplog.api.http.Negotiation;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.api.http.StatusJson;
import dev.shiplog.api.http.Warnings;
import dev.shiplog.autoscaling.v1.Scale;
import dev.shiplog.core.v1.Binding;
import dev.shiplog.journal.Key;
import dev.shiplog.meta.v1.DeleteOptions;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.policy.v1.Eviction;
import dev.shiplog.schemas.Binary;
import dev.shiplog.schemas.Codec;
import dev.shiplog.schemas.Json;
import dev.shiplog.schemas.Kind;
import dev.shiplog.schemas.MalformedException;
import dev.shiplog.schemas.Typed;
import dev.shiplog.schemas.patch.PatchType;
import dev.shiplog.schemas.validation.Validation;
import dev.shiplog.store.Entry;
import dev.shiplog.store.Snapshot;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/// Turns HTTP requests that write into intents, and what became of them into responses.
final class ObjectWrites {
    private static final String SCALE = "scale";

    private final Writes writes;
    private final Codec codec;
    private final InstantSource clock;
    private final FieldReporter reporter;

    ObjectWrites(Writes writes, Codec codec, InstantSource clock, FieldReporter reporter) {
        this.writes = writes;
        this.codec = codec;
        this.clock = clock;
        this.reporter = reporter;
    }

    ApiResponse create(ApiRequest request, Kind kind) throws InterruptedException {
        Media media = negotiated(request);
        Writes.Mode mode = Modes.of(request, List.of());
        var body = object(request, kind);
        var intent = new Intent.Create(kind, request.info().namespace(), body.object());
        Written.One one = writes.write(intent, Origins.of(request), mode, request.deadline());
        reported(one, mode);
        return answered(201, media, request, one, body.warnings());
    }

    ApiResponse update(ApiRequest request, Kind kind, Key key, String subresource) throws InterruptedException {
        Media media = negotiated(request);
        Writes.Mode mode = Modes.of(request, List.of());
        Bodies.Body<ApiObject> body = subresource.equals(SCALE) ? scale(request, kind) : object(request, kind);
        var intent = new Intent.Update(kind, key, subresource, body.object(), null);
        Written.One one = writes.write(intent, Origins.of(request), mode, request.deadline());
        reported(one, mode);
        boolean created = one.planned() instanceof Planned.Put put && put.created();
        return subresource.equals(SCALE)
                ? scaleAnswered(media, one, body.warnings())
                : answered(created ? 201 : 200, media, request, one, body.warnings());
    }

    ApiResponse patch(ApiRequest request, Kind kind, Key key, String subresource) throws InterruptedException {
        Media media = negotiated(request);
        Writes.Mode mode = Modes.of(request, List.of());
        PatchType type = patchType(request);
        JsonNode patch;
        try {
            patch = Json.parse(request.json());
        } catch (MalformedException malformed) {
            throw new StatusException(ApiStatus.badRequest("the patch is malformed: " + malformed.getMessage()));
        }
        var validation = FieldValidation.of(request);
        var intent = new Intent.Patch(kind, key, subresource, type, patch, validation, null);
        Written.One one = writes.write(intent, Origins.of(request), mode, request.deadline());
        reported(one, mode);
        return subresource.equals(SCALE)
                ? scaleAnswered(media, one, one.planned().warnings())
                : answered(200, media, request, one, one.planned().warnings());
    }

    private static PatchType patchType(ApiRequest request) {
        return switch (request.bodyType()) {
            case JSON_PATCH -> PatchType.JSON;
            case MERGE_PATCH -> PatchType.MERGE;
            case STRATEGIC_MERGE_PATCH -> PatchType.STRATEGIC;
            case JSON, YAML, APPLY_PATCH, PROTOBUF, OTHER ->
                throw new StatusException(ApiStatus.unsupportedMediaType(
                        BodyType.JSON_PATCH, BodyType.MERGE_PATCH, BodyType.STRATEGIC_MERGE_PATCH));
        };
    }

    ApiResponse delete(ApiRequest request, Kind kind, Key key) throws InterruptedException {
        Media media = negotiated(request);
        DeleteOptions options = Bodies.deleteOptions(request);
        Invalid.refuseOptions(request, Validation.request(options));
        Writes.Mode mode = Modes.of(request, options.dryRun());
        Written.One one = writes.write(
                new Intent.Delete(kind, key, options, null), Origins.of(request), mode, request.deadline());
        if (one.planned() instanceof Planned.Removed) {
            return gone(media, one);
        }
        boolean legacy = Boolean.FALSE.equals(options.orphanDependents());
        return answered(legacy ? 202 : 200, media, request, one, List.of());
    }

    private static ApiResponse gone(Media media, Written.One one) {
        ObjectMeta meta = one.planned().object().meta();
        Key key = one.key();
        return StatusJson.response(
                ApiStatus.deleted(key.group(), key.resource(), key.name(), meta.uid()), plain(media));
    }

    /// Deletes one by one what a list would show.
    ApiResponse deleteCollection(ApiRequest request, Kind kind) throws InterruptedException {
        Media media = Negotiation.plain(request);
        DeleteOptions options = Bodies.deleteOptions(request);
        Invalid.refuseOptions(request, Validation.request(options));
        Writes.Mode mode = Modes.of(request, options.dryRun());
        Filter filter = Filter.of(kind, request.info(), ListOptions.ofList(request.query()));
        Snapshot snapshot = writes.latest(Reads.store(kind), request.deadline());
        var targets = new ArrayList<Key>();
        for (Entry entry : snapshot.list(kind.group(), kind.plural(), filter.namespace())) {
            if (filter.matches(entry, codec)) {
                targets.add(entry.key());
            }
        }
        for (Key target : targets) {
            try {
                writes.write(
                        new Intent.Delete(kind, target, options, null), Origins.of(request), mode, request.deadline());
            } catch (StatusException refused) {
                if (refused.status().code() != 404) {
                    throw refused;
                }
            }
        }
        return StatusJson.response(ApiStatus.success(200), media);
    }

    ApiResponse bind(ApiRequest request, Kind pods, Kind bindings, String name) throws InterruptedException {
        Media media = Negotiation.plain(request);
        Writes.Mode mode = Modes.of(request, List.of());
        Binding binding = (Binding) object(request, bindings).object().content();
        String target = name.isEmpty() ? binding.metadata().name() : name;
        Bodies.refuseOtherName("Binding", target, binding.metadata().name());
        Key key = ApiObject.key(pods, request.info().namespace(), target);
        writes.write(new Intent.Bind(pods, key, binding, null), Origins.of(request), mode, request.deadline());
        return StatusJson.response(ApiStatus.success(201), media);
    }

    ApiResponse evict(ApiRequest request, Kind kind, Key key) throws InterruptedException {
        Media media = Negotiation.plain(request);
        Eviction eviction = Bodies.object(
                        request,
                        Eviction.TYPE,
                        new Bodies.Expected("policy/v1", "Eviction", "policy/v1beta1"),
                        FieldValidation.of(request))
                .object();
        Bodies.refuseOtherName("Eviction", key.name(), eviction.metadata().name());
        DeleteOptions options = eviction.deleteOptions();
        if (options != null) {
            Invalid.refuseOptions(request, Validation.request(options));
        }
        Writes.Mode mode = Modes.of(request, options == null ? List.of() : options.dryRun());
        writes.write(new Intent.Evict(kind, key, eviction, null), Origins.of(request), mode, request.deadline());
        return StatusJson.response(ApiStatus.success(201), media);
    }

    ApiResponse scaleOf(ApiRequest request, Kind kind, Entry entry) {
        Media media = Negotiation.object(request, EnumSet.of(Media.As.PLAIN));
        var object = new ApiObject(kind, codec.decode(entry.schema(), entry.value()));
        return ApiResponse.json(200, media, Json.encode(ScaleOf.read(object, Long.toString(entry.revision()))));
    }

    // --- bodies and answers

    private static Media negotiated(ApiRequest request) {
        return Negotiation.object(
                request, EnumSet.of(Media.As.PLAIN, Media.As.TABLE, Media.As.PARTIAL_OBJECT_METADATA));
    }

    private static Media plain(Media media) {
        return new Media(media.form(), Media.As.PLAIN, "", media.pretty(), media.stream());
    }

    private static Bodies.Body<ApiObject> object(ApiRequest request, Kind kind) {
        Bodies.Body<? extends Typed> body = Bodies.object(
                request, kind.type(), new Bodies.Expected(kind.apiVersion(), kind.kind()), FieldValidation.of(request));
        return new Bodies.Body<>(new ApiObject(kind, body.object()), body.warnings());
    }

    private static Bodies.Body<ApiObject> scale(ApiRequest request, Kind kind) {
        Bodies.Body<Scale> body = Bodies.object(
                request, Scale.TYPE, new Bodies.Expected("autoscaling/v1", "Scale"), FieldValidation.of(request));
        return new Bodies.Body<>(new ApiObject(kind, body.object()), body.warnings());
    }

    private ApiResponse answered(int code, Media media, ApiRequest request, Written.One one, List<String> warnings) {
        Kind kind = one.planned().object().kind();
        Rendering rendering = Rendering.of(codec, kind, media, request.query());
        byte[] body = switch (one.planned()) {
            case Planned.Put put ->
                rendering.object(
                        put.object().content().recordType().fingerprint(),
                        put.value(),
                        one.revision(),
                        clock.instant());
            case Planned.Unchanged same ->
                rendering.object(
                        same.entry().schema(),
                        same.entry().value(),
                        same.entry().revision(),
                        clock.instant());
            case Planned.Removed removed ->
                rendering.object(
                        removed.object().content().recordType().fingerprint(),
                        Binary.encode(removed.object().content()),
                        one.revision(),
                        clock.instant());
        };
        return withWarnings(ApiResponse.json(code, media, body), warnings);
    }

    private static ApiResponse scaleAnswered(Media media, Written.One one, List<String> warnings) {
        Scale scale = ScaleOf.read(one.planned().object(), Long.toString(one.revision()));
        return withWarnings(ApiResponse.json(200, plain(media), Json.encode(scale)), warnings);
    }

    private static ApiResponse withWarnings(ApiResponse.Full response, List<String> warnings) {
        ApiResponse.Full full = response;
        for (Headers.Field field : Warnings.fields(warnings)) {
            full = full.withHeader(field.name(), field.value());
        }
        return full;
    }

    private void reported(Written.One one, Writes.Mode mode) {
        if (mode == Writes.Mode.COMMIT && one.planned() instanceof Planned.Put put) {
            reporter.written(put.object());
        }
    }
}
