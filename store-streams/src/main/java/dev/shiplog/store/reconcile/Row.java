package dev.shiplog.store.reconcile;

import dev.shiplog.journal.Key;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.schemas.Typed;

/// One object of a table, with the revision of its last change: what an update of it must expect.
public record Row<T extends Typed>(Key key, long revision, T object) {

    public ObjectMeta metadata() {
        return Meta.of(object);
    }

    public String name() {
        return key.name();
    }

    public String namespace() {
        return key.namespace();
    }

    public String uid() {
        return metadata().uid();
    }
}
