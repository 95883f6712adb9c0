package dev.shiplog.store.check;

import dev.shiplog.store.check.Operation.Step;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What one key holds, by the meaning of the Kubernetes API: a register that is created, replaced and deleted,
/// each under an optional expectation of its revision
/// (kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions).
///
/// @param value null = absent
/// @param revision null = present, at a revision that nobody has told yet
record Cell(@Nullable String value, @Nullable Long revision) {
    static final Cell ABSENT = new Cell(null, null);

    /// The cell after a step that was answered so, or null when it could not have been.
    @Nullable
    Cell after(Step step) {
        return switch (step.kind()) {
            case CREATE -> value == null ? written(step) : null;
            case UPDATE -> value != null && asExpected(step) ? updated(step) : null;
            case DELETE -> value != null && asExpected(step) && isNewer(step.revision()) ? ABSENT : null;
            case GET -> read(step);
        };
    }

    private boolean asExpected(Step step) {
        return step.expect() == null || revision == null || revision.equals(step.expect());
    }

    /// An update to what is there already writes nothing, and answers with the revision that is.
    private @Nullable Cell updated(Step step) {
        boolean nothingNew = Objects.equals(value, step.value())
                && revision != null
                && (step.revision() == null || revision.equals(step.revision()));
        return nothingNew ? this : written(step);
    }

    private @Nullable Cell written(Step step) {
        return isNewer(step.revision()) ? new Cell(step.value(), step.revision()) : null;
    }

    private boolean isNewer(@Nullable Long next) {
        return next == null || revision == null || next > revision;
    }

    private @Nullable Cell read(Step step) {
        if (!Objects.equals(value, step.value())) {
            return null;
        }
        if (value == null || step.revision() == null || step.revision().equals(revision)) {
            return this;
        }
        return revision == null ? new Cell(value, step.revision()) : null;
    }
}
