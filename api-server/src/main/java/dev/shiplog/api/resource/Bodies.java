package dev.shiplog.api.resource;

import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.meta.v1.DeleteOptions;
import dev.shiplog.meta.v1.Preconditions;
import dev.shiplog.schemas.Decoded;
import dev.shiplog.schemas.Json;
import dev.shiplog.schemas.MalformedException;
import dev.shiplog.schemas.RecordType;
import dev.shiplog.schemas.Typed;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the bodies of requests.
final class Bodies {
    private Bodies() {}

    /// What a body must say it is.
    ///
    /// @param older another version of the same shape that is taken as well, or empty
    record Expected(String apiVersion, String kind, String older) {
        Expected(String apiVersion, String kind) {
            this(apiVersion, kind, "");
        }

        private boolean is(String saidVersion, String saidKind) {
            return (saidVersion.isEmpty() || saidVersion.equals(apiVersion) || saidVersion.equals(older))
                    && (saidKind.isEmpty() || saidKind.equals(kind));
        }
    }

    record Body<T>(T object, List<String> warnings) {}

    /// Reads an object; a body that does not say what it is counts as what is expected.
    static <T extends Typed> Body<T> object(
            ApiRequest request, RecordType<T> type, Expected expected, FieldValidation validation) {
        byte[] json = request.json();
        try {
            Decoded<T> decoded = Json.decode(type, json);
            refuseOther(decoded.apiVersion(), decoded.kind(), expected);
            return new Body<>(decoded.object(), validation.judge(decoded.problems()));
        } catch (MalformedException malformed) {
            refuseOtherIfReadable(json, expected);
            throw new StatusException(ApiStatus.badRequest("%s in version \"%s\" cannot be handled as a %s: %s"
                    .formatted(expected.kind(), expected.apiVersion(), expected.kind(), described(malformed))));
        }
    }

    private static String described(MalformedException malformed) {
        String message = String.valueOf(malformed.getMessage());
        return malformed.path().isEmpty() || message.contains(malformed.path())
                ? message
                : malformed.path() + ": " + message;
    }

    private static void refuseOtherIfReadable(byte[] json, Expected expected) {
        try {
            Json.Identity identity = Json.identify(json);
            refuseOther(identity.apiVersion(), identity.kind(), expected);
        } catch (MalformedException _) {
            // no JSON at all: the caller says so
        }
    }

    private static void refuseOther(String apiVersion, String kind, Expected expected) {
        if (!expected.is(apiVersion, kind)) {
            throw new StatusException(ApiStatus.badRequest(
                    "the object provided is unrecognized (must be of type %s): it says that it is %s of %s"
                            .formatted(expected.kind(), kind.isEmpty() ? "nothing" : kind, apiVersion)));
        }
    }

    /// The name in the path is the one that counts; a body may repeat it.
    static void refuseOtherName(String kind, String ofPath, String sent) {
        if (!sent.isEmpty() && !sent.equals(ofPath)) {
            throw new StatusException(
                    ApiStatus.badRequest("name in URL does not match name in %s object".formatted(kind)));
        }
    }

    /// The options of a delete: from the body if there is one, else from the query.
    static DeleteOptions deleteOptions(ApiRequest request) {
        if (request.body().length == 0) {
            return fromQuery(request);
        }
        try {
            Decoded<DeleteOptions> decoded = Json.decode(DeleteOptions.TYPE, request.json());
            if (!decoded.kind().isEmpty() && !decoded.kind().equals("DeleteOptions")) {
                throw new StatusException(ApiStatus.badRequest(
                        "the object provided is unrecognized (must be of type DeleteOptions): it says that it is "
                                + decoded.kind()));
            }
            return decoded.object();
        } catch (MalformedException malformed) {
            throw new StatusException(ApiStatus.badRequest(
                    "DeleteOptions in version \"v1\" cannot be handled as a DeleteOptions: " + described(malformed)));
        }
    }

    private static DeleteOptions fromQuery(ApiRequest request) {
        var query = request.query();
        @Nullable String orphan = query.first("orphanDependents");
        @Nullable String policy = query.first("propagationPolicy");
        @Nullable String uid = query.first("preconditions.uid");
        @Nullable String version = query.first("preconditions.resourceVersion");
        return DeleteOptions.builder()
                .gracePeriodSeconds(query.number("gracePeriodSeconds"))
                .orphanDependents(orphan == null ? null : (Boolean) query.flag("orphanDependents"))
                .propagationPolicy(policy)
                .preconditions(uid == null && version == null ? null : new Preconditions(version, uid))
                .dryRun(query.all("dryRun"))
                .build();
    }
}
