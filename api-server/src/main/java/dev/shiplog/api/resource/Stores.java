package dev.shiplog.api.resource;

import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Appender;
import dev.shiplog.store.View;
import dev.shiplog.store.Views;

/// Both stores as an API server uses them: to read, and to append.
public record Stores(Views views, Appender main, Appender ephemeral) {

    public View view(StoreName store) {
        return views.of(store);
    }

    public Appender appender(StoreName store) {
        return switch (store) {
            case MAIN -> main;
            case EPHEMERAL -> ephemeral;
        };
    }
}
