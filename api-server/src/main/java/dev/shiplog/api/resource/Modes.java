package dev.shiplog.api.resource;

import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.meta.v1.DeleteOptions;
import dev.shiplog.schemas.validation.Validation;
import java.util.ArrayList;
import java.util.List;

/// Reads whether a write is meant.
final class Modes {
    private Modes() {}

    static Writes.Mode of(ApiRequest request, List<String> ofBody) {
        var asked = new ArrayList<>(request.query().all("dryRun"));
        asked.addAll(ofBody);
        asked.removeIf(String::isEmpty);
        if (asked.isEmpty()) {
            return Writes.Mode.COMMIT;
        }
        Invalid.refuseOptions(
                request,
                Validation.request(DeleteOptions.builder().dryRun(asked).build()));
        return Writes.Mode.DRY_RUN;
    }
}
