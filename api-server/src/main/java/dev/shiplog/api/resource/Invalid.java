package dev.shiplog.api.resource;

import dev.shiplog.api.admission.ApiObject;
import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.schemas.validation.Cause;
import java.util.List;

/// Refuses with 422 what validation found fault with; what it found nothing about passes.
final class Invalid {
    private static final String META = "meta.k8s.io";

    private Invalid() {}

    static void refuse(ApiObject object, List<Cause> causes) {
        refuse(object.kind().group(), object.kind().kind(), object.meta().name(), causes);
    }

    static void refuse(String group, String kind, String name, List<Cause> causes) {
        if (!causes.isEmpty()) {
            throw refusal(group, kind, name, causes);
        }
    }

    static void refuseOptions(ApiRequest request, List<Cause> causes) {
        if (!causes.isEmpty()) {
            throw ofOptions(request, causes);
        }
    }

    /// Refuses the options of a request, which are named after what it does.
    static StatusException ofOptions(ApiRequest request, List<Cause> causes) {
        String kind = switch (request.info().verb()) {
            case "update" -> "UpdateOptions";
            case "patch" -> "PatchOptions";
            case "delete", "deletecollection" -> "DeleteOptions";
            default -> "CreateOptions";
        };
        return refusal(META, kind, "", causes);
    }

    private static StatusException refusal(String group, String kind, String name, List<Cause> causes) {
        return new StatusException(ApiStatus.invalid(
                group,
                kind,
                name,
                causes.stream()
                        .map(cause -> new ApiStatus.Cause(cause.reason(), cause.message(), cause.field()))
                        .toList()));
    }
}
