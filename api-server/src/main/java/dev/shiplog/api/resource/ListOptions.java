package dev.shiplog.api.resource;

import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.Query;
import dev.shiplog.api.http.StatusException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The query parameters of a list or watch, checked against each other.
///
/// @param limit 0 = none
/// @param version null = unset
record ListOptions(
        String labelSelector,
        String fieldSelector,
        long limit,
        String continueText,
        @Nullable Long version,
        Match match,
        @Nullable Long timeoutSeconds,
        boolean bookmarks) {

    enum Match {
        UNSET,
        EXACT,
        NOT_OLDER_THAN
    }

    static ListOptions ofList(Query query) {
        if (query.has("sendInitialEvents")) {
            throw invalid(
                    "FieldValueForbidden", "Forbidden: sendInitialEvents is forbidden for list", "sendInitialEvents");
        }
        ListOptions options = of(query);
        if (options.match != Match.UNSET) {
            if (!options.continueText.isEmpty()) {
                throw invalid(
                        "FieldValueForbidden",
                        "Forbidden: resourceVersionMatch is forbidden when continue is provided",
                        "resourceVersionMatch");
            }
            if (options.version == null) {
                throw invalid(
                        "FieldValueForbidden",
                        "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided",
                        "resourceVersionMatch");
            }
            if (options.match == Match.EXACT && options.version == 0) {
                throw invalid(
                        "FieldValueForbidden",
                        "Forbidden: resourceVersionMatch \"Exact\" is forbidden for resourceVersion \"0\"",
                        "resourceVersionMatch");
            }
        }
        if (!options.continueText.isEmpty() && options.version != null && options.version != 0) {
            throw new StatusException(
                    ApiStatus.badRequest("specifying resource version is not allowed when using continue"));
        }
        return options;
    }

    /// A watch that asks for its initial state as events is refused, so that the client lists instead of waiting for a
    /// bookmark that never comes.
    static ListOptions ofWatch(Query query) {
        if (query.has("sendInitialEvents")) {
            throw invalid(
                    "FieldValueForbidden",
                    "Forbidden: sendInitialEvents is not supported by this server; list, then watch",
                    "sendInitialEvents");
        }
        ListOptions options = of(query);
        if (options.match != Match.UNSET) {
            throw invalid(
                    "FieldValueForbidden",
                    "Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
                    "resourceVersionMatch");
        }
        return options;
    }

    private static ListOptions of(Query query) {
        Long limit = query.number("limit");
        if (limit != null && limit < 0) {
            throw invalid("FieldValueInvalid", "Invalid value: " + limit + ": must not be negative", "limit");
        }
        return new ListOptions(
                query.text("labelSelector"),
                query.text("fieldSelector"),
                limit == null ? 0 : limit,
                query.text("continue"),
                version(query.text("resourceVersion")),
                match(query.text("resourceVersionMatch")),
                query.number("timeoutSeconds"),
                query.flag("allowWatchBookmarks"));
    }

    /// A revision as a client names it; null when the text is empty.
    static @Nullable Long version(String text) {
        if (text.isEmpty()) {
            return null;
        }
        try {
            long version = Long.parseLong(text);
            if (version >= 0) {
                return version;
            }
        } catch (NumberFormatException _) {
            // refused below, like a negative one
        }
        throw new StatusException(
                ApiStatus.badRequest("invalid resource version \"" + text + "\": must be a revision"));
    }

    private static Match match(String text) {
        return switch (text) {
            case "" -> Match.UNSET;
            case "Exact" -> Match.EXACT;
            case "NotOlderThan" -> Match.NOT_OLDER_THAN;
            default ->
                throw invalid(
                        "FieldValueNotSupported",
                        "Unsupported value: \"%s\": supported values: \"Exact\", \"NotOlderThan\"".formatted(text),
                        "resourceVersionMatch");
        };
    }

    private static StatusException invalid(String reason, String message, String field) {
        return new StatusException(ApiStatus.invalid(
                "meta.k8s.io", "ListOptions", "", List.of(new ApiStatus.Cause(reason, message, field))));
    }
}
