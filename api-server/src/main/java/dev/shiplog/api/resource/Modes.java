package dev.shiplog.api.resource;

import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.StatusException;
import java.util.ArrayList;
import java.util.List;

/// Reads whether a write is meant.
final class Modes {
    private static final String ALL = "All";

    private Modes() {}

    static Writes.Mode of(ApiRequest request, List<String> ofBody) {
        var asked = new ArrayList<>(request.query().all("dryRun"));
        asked.addAll(ofBody);
        asked.removeIf(String::isEmpty);
        for (String each : asked) {
            if (!each.equals(ALL)) {
                throw new StatusException(ApiStatus.invalid(
                        "meta.k8s.io",
                        "CreateOptions",
                        "",
                        List.of(new ApiStatus.Cause(
                                "FieldValueNotSupported",
                                "Unsupported value: \"%s\": supported values: \"All\"".formatted(each),
                                "dryRun"))));
            }
        }
        return asked.isEmpty() ? Writes.Mode.COMMIT : Writes.Mode.DRY_RUN;
    }
}
