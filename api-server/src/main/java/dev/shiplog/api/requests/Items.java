package dev.shiplog.api.requests;

import dev.shiplog.api.admission.ApiObject;
import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.api.resource.Intent;
import dev.shiplog.core.v1.Binding;
import dev.shiplog.journal.Item;
import dev.shiplog.journal.Key;
import dev.shiplog.meta.v1.DeleteOptions;
import dev.shiplog.policy.v1.Eviction;
import dev.shiplog.schemas.Binary;
import dev.shiplog.schemas.Codec;
import dev.shiplog.schemas.Json;
import dev.shiplog.schemas.Keys;
import dev.shiplog.schemas.Kind;
import dev.shiplog.schemas.MalformedException;
import dev.shiplog.schemas.RecordType;
import dev.shiplog.schemas.Typed;
import dev.shiplog.schemas.patch.PatchType;
import org.jspecify.annotations.Nullable;

/// Reads the items of requests as the intents that the same changes over HTTP would be.
final class Items {
    private final Codec codec;

    Items(Codec codec) {
        this.codec = codec;
    }

    Kind kind(Key target) {
        Kind kind = codec.catalog().stored(target.group(), target.resource());
        if (kind == null) {
            throw new StatusException(ApiStatus.resourceNotFound(target.group(), target.resource(), target.name()));
        }
        return kind;
    }

    /// @throws StatusException when an item makes no sense
    Intent intent(Item item) {
        Key target = item.target();
        Kind kind = kind(target);
        String subresource = item.subresource() == null ? "" : item.subresource();
        return switch (item.operation()) {
            case CREATE -> create(kind, item, subresource);
            case UPDATE -> new Intent.Update(kind, target, subresource, object(kind, item), item.expect());
            case PATCH ->
                new Intent.Patch(
                        kind, target, subresource, patchType(item), patch(item), Intent.LENIENT, item.expect());
            case DELETE ->
                new Intent.Delete(
                        kind,
                        target,
                        item.value() == null ? DeleteOptions.EMPTY : decoded(item, DeleteOptions.TYPE),
                        item.expect());
            case APPLY ->
                throw new StatusException(ApiStatus.badRequest("apply is not among the operations of requests"));
        };
    }

    private Intent create(Kind kind, Item item, String subresource) {
        return switch (subresource) {
            case "" -> new Intent.Create(kind, item.target().namespace(), object(kind, item));
            case "binding" -> new Intent.Bind(kind, item.target(), decoded(item, Binding.TYPE), item.expect());
            case "eviction" -> new Intent.Evict(kind, item.target(), decoded(item, Eviction.TYPE), item.expect());
            default ->
                throw new StatusException(ApiStatus.methodNotAllowed(kind.group(), kind.plural() + "/" + subresource));
        };
    }

    private ApiObject object(Kind kind, Item item) {
        Typed content = decoded(item);
        if (!content.getSchema().getFullName().equals(kind.schema().getFullName())) {
            throw malformed(item, "its value is a " + content.getSchema().getFullName());
        }
        var object = new ApiObject(kind, content);
        if (!object.meta().name().equals(item.target().name())) {
            throw malformed(item, "its value has the name " + object.meta().name());
        }
        return object;
    }

    /// The value of an item whose type is no kind that is stored.
    private static <T extends Typed> T decoded(Item item, RecordType<T> type) {
        Raw raw = raw(item);
        if (raw.schema() != type.fingerprint()) {
            throw malformed(item, "its value is no " + type.schema().getName());
        }
        try {
            return Binary.decode(type, raw.value());
        } catch (MalformedException broken) {
            throw unreadable(item, broken);
        }
    }

    private Typed decoded(Item item) {
        Raw raw = raw(item);
        try {
            return codec.decode(raw.schema(), raw.value());
        } catch (MalformedException broken) {
            throw unreadable(item, broken);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Raw(long schema, byte[] value) {}

    private static Raw raw(Item item) {
        byte[] value = item.value();
        Long schema = item.schema();
        if (value == null || schema == null) {
            throw malformed(item, "it has no value or no schema");
        }
        return new Raw(schema, value);
    }

    private static StatusException unreadable(Item item, MalformedException broken) {
        return malformed(item, "its value cannot be read: " + broken.getMessage());
    }

    private static PatchType patchType(Item item) {
        dev.shiplog.journal.PatchType type = item.patchType();
        if (type == null) {
            throw malformed(item, "it has no patch type");
        }
        return switch (type) {
            case JSON -> PatchType.JSON;
            case MERGE -> PatchType.MERGE;
            case STRATEGIC -> PatchType.STRATEGIC;
        };
    }

    private static com.fasterxml.jackson.databind.JsonNode patch(Item item) {
        byte @Nullable [] value = item.value();
        if (value == null) {
            throw malformed(item, "it has no patch");
        }
        try {
            return Json.parse(value);
        } catch (MalformedException broken) {
            throw malformed(item, "its patch is malformed: " + broken.getMessage());
        }
    }

    private static StatusException malformed(Item item, String why) {
        return new StatusException(
                ApiStatus.badRequest("the item for %s is malformed: %s".formatted(Keys.text(item.target()), why)));
    }
}
