package dev.shiplog.store;

import dev.shiplog.schemas.StoreName;

/// The views of both stores, as one process shares them.
public record Views(View main, View ephemeral) {

    public View of(StoreName store) {
        return switch (store) {
            case MAIN -> main;
            case EPHEMERAL -> ephemeral;
        };
    }
}
