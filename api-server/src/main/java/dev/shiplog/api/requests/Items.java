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
import dev.shiplog.schemas.Codec;
import dev.shiplog.schemas.Json;
import dev.shiplog.schemas.Keys;
import dev.shiplog.schemas.Kind;
import dev.shiplog.schemas.MalformedException;
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
            case PATCH -> new Intent.Patch(
                    kind,
                    target,
                    subresource,
                    patchType(item),
                    patch(item),
                    Intent.LENIENT,
                    item.expect());
            case DELETE -> new Intent.Delete(
                    kind,
                    target,
                    item.value() == null ? DeleteOptions.EMPTY : decoded(item, DeleteOptions.class),
                    item.expect());
            case APPLY -> throw new StatusException(ApiStatus.badRequest("apply is not among the operations of requests"));
        };
    }

    private Intent create(Kind kind, Item item, String subresource) {
        return switch (subresource) {
            case "" -> new Intent.Create(kind, item.target().namespace(), object(kind, item));
            case "binding" -> new Intent.Bind(kind, item.target(), decoded(item, Binding.class), item.expect());
            case "eviction" -> new Intent.Evict(kind, item.target(), decoded(item, Eviction.class), item.expect());
            default -> throw new StatusException(
                    ApiStatus.methodNotAllowed(kind.group(), kind.plural() + "/" + subresource));
        };
    }

    private ApiObject object(Kind kind, Item item) {
        Typed content = decoded(item, Typed.class);
        if (!content.getSchema().getFullName().equals(kind.schema().getFullName())) {
            throw malformed(item, "its value is a " + content.getSchema().getFullName());
        }
        var object = new ApiObject(kind, content);
        if (!object.meta().name().equals(item.target().name())) {
            throw malformed(item, "its value has the name " + object.meta().name());
        }
        return object;
    }

    private <T extends Typed> T decoded(Item item, Class<T> type) {
        byte @Nullable [] value = item.value();
        Long schema = item.schema();
        if (value == null || schema == null) {
            throw malformed(item, "it has no value or no schema");
        }
        Typed content;
        try {
            content = codec.decode(schema, value);
        } catch (MalformedException broken) {
            throw malformed(item, "its value cannot be read: " + broken.getMessage());
        }
        if (!type.isInstance(content)) {
            throw malformed(item, "its value is a " + content.getSchema().getFullName());
        }
        return type.cast(content);
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
