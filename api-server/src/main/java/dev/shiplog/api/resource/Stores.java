package dev.shiplog.api.resource;

import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Appender;
import dev.shiplog.store.Past;
import dev.shiplog.store.PastNotReady;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.Snapshot;
import dev.shiplog.store.View;
import dev.shiplog.store.Views;

/// Both stores as an API server uses them: to read, and to append.
public record Stores(Views views, Past.Pasts pasts, Appender main, Appender ephemeral) {

    public View view(StoreName store) {
        return views.of(store);
    }

    /// The state as of a revision that the view has reached: from its window, else from the past.
    Snapshot at(StoreName store, long revision) throws RevisionGone, PastNotReady {
        try {
            return view(store).at(revision);
        } catch (RevisionGone _) {
            return pasts.of(store).at(revision);
        }
    }

    public Appender appender(StoreName store) {
        return switch (store) {
            case MAIN -> main;
            case EPHEMERAL -> ephemeral;
        };
    }
}
