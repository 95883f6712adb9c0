package dev.shiplog.store.reconcile;

import dev.shiplog.journal.Key;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What became of a request. The first answer to an id counts; later ones are repetitions.
public sealed interface Answer {

    UUID request();

    /// All its items took effect, with revisions up to `revision`.
    record Accepted(UUID request, long revision) implements Answer {}

    /// A guard or an expectation failed: the state had moved on.
    record Conflict(UUID request, @Nullable Key key, long revision) implements Answer {}

    /// Admission said no.
    record Refused(UUID request, int code, String reason, String message) implements Answer {}

    /// What a refusal means: that the newest state already contradicted an expectation is a conflict, and that there
    /// was nothing left to change is as good as done.
    static Answer ofRefusal(UUID request, int code, String reason, String message) {
        return switch (code) {
            case 200 -> new Accepted(request, 0);
            case 409 -> new Conflict(request, null, 0);
            default -> new Refused(request, code, reason, message);
        };
    }
}
