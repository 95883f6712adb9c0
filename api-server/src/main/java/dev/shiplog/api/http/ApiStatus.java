package dev.shiplog.api.http;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A Kubernetes `Status`: the body of every refusal, and of a delete that is done. Made by the factories only, so that
/// each text exists once.
///
/// @param code also the HTTP status
/// @param reason empty for a success
public record ApiStatus(
        int code,
        boolean success,
        String reason,
        String message,
        @Nullable Details details) {

    /// What the status is about. In NotFound and its like `kind` is the plural resource, in Invalid the kind.
    public record Details(
            String name, String group, String kind, String uid, List<Cause> causes, int retryAfterSeconds) {
        public Details {
            causes = List.copyOf(causes);
        }

        public static Details of(String group, String kind, String name) {
            return new Details(name, group, kind, "", List.of(), 0);
        }
    }

    /// One of several reasons, naming a field if it is about one.
    public record Cause(String reason, String message, String field) {}

    /// The cause type of a resource version that is not there yet.
    public static final String RESOURCE_VERSION_TOO_LARGE = "ResourceVersionTooLarge";

    static final String MODIFIED =
            "the object has been modified; please apply your changes to the latest version and try again";

    // --- 2xx

    public static ApiStatus deleted(String group, String resource, String name, String uid) {
        return new ApiStatus(200, true, "", "", new Details(name, group, resource, uid, List.of(), 0));
    }

    public static ApiStatus success(int code) {
        return new ApiStatus(code, true, "", "", null);
    }

    // --- 400, 401, 403, 404, 405, 406

    public static ApiStatus badRequest(String message) {
        return failure(400, "BadRequest", message, null);
    }

    public static ApiStatus unauthorized() {
        return failure(401, "Unauthorized", "Unauthorized", null);
    }

    /// The caller is known, and may not.
    ///
    /// @param why a sentence; the message becomes `pods "x" is forbidden: why`
    public static ApiStatus forbidden(String group, String resource, String name, String why) {
        return forbidden(group, resource, name, why, List.of());
    }

    public static ApiStatus forbidden(String group, String resource, String name, String why, List<Cause> causes) {
        String about = resource.isEmpty()
                ? "forbidden: " + why
                : name.isEmpty()
                        ? qualified(resource, group) + " is forbidden: " + why
                        : "%s \"%s\" is forbidden: %s".formatted(qualified(resource, group), name, why);
        return failure(403, "Forbidden", about, new Details(name, group, resource, "", causes, 0));
    }

    public static ApiStatus notFound(String group, String resource, String name) {
        return failure(
                404,
                "NotFound",
                "%s \"%s\" not found".formatted(qualified(resource, group), name),
                Details.of(group, resource, name));
    }

    /// The path is served, but not this resource or subresource of it.
    public static ApiStatus resourceNotFound(String group, String resource, String name) {
        return failure(
                404, "NotFound", "the server could not find the requested resource", Details.of(group, resource, name));
    }

    public static ApiStatus methodNotAllowed(String group, String resource) {
        return failure(
                405,
                "MethodNotAllowed",
                "the server does not allow this method on the requested resource",
                Details.of(group, resource, ""));
    }

    public static ApiStatus notAcceptable(List<String> accepted) {
        return failure(
                406,
                "NotAcceptable",
                "only the following media types are accepted: " + String.join(", ", accepted),
                null);
    }

    // --- 409, 410, 413, 415, 422, 429

    public static ApiStatus alreadyExists(String group, String resource, String name) {
        return failure(
                409,
                "AlreadyExists",
                "%s \"%s\" already exists".formatted(qualified(resource, group), name),
                Details.of(group, resource, name));
    }

    /// Somebody changed the object in between.
    public static ApiStatus conflict(String group, String resource, String name) {
        return conflict(group, resource, name, MODIFIED);
    }

    public static ApiStatus conflict(String group, String resource, String name, String why) {
        return conflict(group, resource, name, why, List.of());
    }

    public static ApiStatus conflict(String group, String resource, String name, String why, List<Cause> causes) {
        return failure(
                409,
                "Conflict",
                "Operation cannot be fulfilled on %s \"%s\": %s".formatted(qualified(resource, group), name, why),
                new Details(name, group, resource, "", causes, 0));
    }

    /// The revision asked for is older than what is held.
    public static ApiStatus expired(String message) {
        return failure(410, "Expired", message, null);
    }

    public static ApiStatus entityTooLarge(long limit) {
        return failure(413, "RequestEntityTooLarge", "Request entity too large: limit is " + limit, null);
    }

    public static ApiStatus entityTooLarge(String message) {
        return failure(413, "RequestEntityTooLarge", "Request entity too large: " + message, null);
    }

    public static ApiStatus unsupportedMediaType(BodyType... accepted) {
        return failure(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: "
                        + Stream.of(accepted).map(BodyType::mediaType).collect(Collectors.joining(", ")),
                null);
    }

    /// An object that breaks the rules of its kind. Each cause's message is complete without its field.
    public static ApiStatus invalid(String group, String kind, String name, List<Cause> causes) {
        List<String> texts = causes.stream()
                .map(cause -> cause.field().isEmpty() ? cause.message() : cause.field() + ": " + cause.message())
                .distinct()
                .toList();
        String what = texts.size() == 1 ? texts.getFirst() : "[" + String.join(", ", texts) + "]";
        return failure(
                422,
                "Invalid",
                "%s \"%s\" is invalid: %s".formatted(qualified(kind, group), name, what),
                new Details(name, group, kind, "", causes, 0));
    }

    public static ApiStatus tooManyRequests(String message, int retryAfterSeconds) {
        return tooManyRequests(message, retryAfterSeconds, List.of());
    }

    public static ApiStatus tooManyRequests(String message, int retryAfterSeconds, List<Cause> causes) {
        return failure(429, "TooManyRequests", message, retry(retryAfterSeconds, causes));
    }

    // --- 5xx

    public static ApiStatus internal(String message) {
        return failure(
                500,
                "InternalError",
                "Internal error occurred: " + message,
                new Details("", "", "", "", List.of(new Cause("", message, "")), 0));
    }

    public static ApiStatus unavailable(String message, int retryAfterSeconds) {
        return failure(503, "ServiceUnavailable", message, retry(retryAfterSeconds, List.of()));
    }

    public static ApiStatus timeout(String message, int retryAfterSeconds) {
        return failure(504, "Timeout", "Timeout: " + message, retry(retryAfterSeconds, List.of()));
    }

    /// The resource version asked for lies in the future.
    public static ApiStatus resourceVersionTooLarge(long wanted, long current) {
        return failure(
                504,
                "Timeout",
                "Timeout: Too large resource version: %d, current: %d".formatted(wanted, current),
                retry(1, List.of(new Cause(RESOURCE_VERSION_TOO_LARGE, "Too large resource version", ""))));
    }

    /// The disk below the journal has no room for a write.
    public static ApiStatus insufficientStorage(String message) {
        return failure(507, "InsufficientStorage", message, null);
    }

    /// A status whose code and reason come from elsewhere, such as a refusal recorded in the journal.
    public static ApiStatus of(int code, String reason, String message) {
        return failure(code, reason, message, null);
    }

    public ApiStatus withDetails(Details changed) {
        return new ApiStatus(code, success, reason, message, changed);
    }

    private static ApiStatus failure(int code, String reason, String message, @Nullable Details details) {
        return new ApiStatus(code, false, reason, message, details);
    }

    private static Details retry(int seconds, List<Cause> causes) {
        return new Details("", "", "", "", causes, seconds);
    }

    private static String qualified(String name, String group) {
        return group.isEmpty() ? name : name + "." + group;
    }
}
