package dev.shiplog.api.http;

import dev.shiplog.api.http.Media.As;
import dev.shiplog.api.http.Media.Form;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Chooses the form of an answer from `Accept`.
public final class Negotiation {
    private static final List<String> BROWSERS = List.of("curl", "wget", "mozilla");
    private static final List<String> FORMS = List.of(Form.JSON.mediaType(), Form.YAML.mediaType());

    private Negotiation() {}

    /// The form for an object or list: the first of the client's choices that can be had.
    ///
    /// @param renderings what this resource can be shown as; PLAIN is always possible
    /// @throws StatusException 406 when nothing that the client accepts can be had
    public static Media object(ApiRequest request, Set<As> renderings) {
        return choose(request, renderings, EnumSet.allOf(Form.class), false);
    }

    /// As [#object], for a watch, whose events are JSON only.
    public static Media watch(ApiRequest request, Set<As> renderings) {
        return choose(request, renderings, EnumSet.of(Form.JSON), true);
    }

    /// JSON or YAML without a rendering; for discovery, health and the like.
    public static Media plain(ApiRequest request) {
        return object(request, EnumSet.of(As.PLAIN));
    }

    /// The form for an error: what the client accepts if possible, else JSON. Never refuses.
    static Media forStatus(Headers headers, Query query) {
        for (Accept.Clause clause : Accept.parse(headers.firstOr("accept", ""))) {
            Form form = form(clause, EnumSet.allOf(Form.class));
            if (form != null) {
                return new Media(form, As.PLAIN, "", pretty(headers, query), false);
            }
        }
        return new Media(Form.JSON, As.PLAIN, "", pretty(headers, query), false);
    }

    private static Media choose(ApiRequest request, Set<As> renderings, Set<Form> forms, boolean watch) {
        boolean pretty = !watch && pretty(request.headers(), request.query());
        for (Accept.Clause clause : Accept.parse(request.headers().firstOr("accept", ""))) {
            Form form = form(clause, forms);
            As as = as(clause, renderings);
            if (form != null && as != null) {
                String version = as == As.PLAIN ? "" : clause.parameter("v");
                return new Media(
                        form,
                        as,
                        version,
                        pretty,
                        watch && clause.parameter("stream").equals("watch"));
            }
        }
        var offered = new ArrayList<>(watch ? FORMS.subList(0, 1) : FORMS);
        throw new StatusException(ApiStatus.notAcceptable(offered));
    }

    private static @Nullable Form form(Accept.Clause clause, Set<Form> forms) {
        if (clause.matches("application", "json")) {
            return Form.JSON;
        }
        return clause.matches("application", "yaml") && forms.contains(Form.YAML) ? Form.YAML : null;
    }

    private static @Nullable As as(Accept.Clause clause, Set<As> renderings) {
        String name = clause.parameter("as");
        As as = switch (name) {
            case "" -> As.PLAIN;
            case "Table" -> As.TABLE;
            case "PartialObjectMetadata" -> As.PARTIAL_OBJECT_METADATA;
            case "PartialObjectMetadataList" -> As.PARTIAL_OBJECT_METADATA_LIST;
            default -> null;
        };
        if (as == null || as == As.PLAIN) {
            return as;
        }
        boolean known = clause.parameter("g").equals("meta.k8s.io")
                && List.of("v1", "v1beta1").contains(clause.parameter("v"));
        return known && renderings.contains(as) ? as : null;
    }

    static boolean pretty(Headers headers, Query query) {
        if (query.has("pretty")) {
            return query.flag("pretty");
        }
        String agent = headers.firstOr("user-agent", "").toLowerCase(Locale.ROOT);
        return BROWSERS.stream().anyMatch(agent::startsWith);
    }
}
