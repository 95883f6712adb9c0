package dev.shiplog.store.reconcile;

import dev.shiplog.journal.Key;
import dev.shiplog.schemas.Typed;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A change of the tables, as reconcilers are asked whom it concerns. At the start each row counts as new.
public record Changed(
        Key key,
        long revision,
        UUID transaction,
        @Nullable Typed before,
        @Nullable Typed now) {

    /// The transaction of what was there when the host started.
    public static final UUID START = new UUID(0, 0);

    /// Before, as an object of this table; null when it was absent or is of another table.
    public <T extends Typed> @Nullable T before(Resource<T> resource) {
        return resource.has(key) && before != null ? resource.type().cast(before) : null;
    }

    public <T extends Typed> @Nullable T now(Resource<T> resource) {
        return resource.has(key) && now != null ? resource.type().cast(now) : null;
    }
}
