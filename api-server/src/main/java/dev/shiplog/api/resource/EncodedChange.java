package dev.shiplog.api.resource;

import dev.shiplog.store.Change;
import dev.shiplog.store.Entry;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One change on its way to watchers, encoded at most once for each way of showing it. Used by one thread.
final class EncodedChange {
    private final Change change;
    private final Map<Form, byte[]> forms = new HashMap<>(2);

    private record Form(EventType type, Rendering rendering, boolean columns) {}

    EncodedChange(Change change) {
        this.change = change;
    }

    Change change() {
        return change;
    }

    /// The event's line. What is deleted shows its last state that was to be seen, at the revision of the change.
    byte[] event(EventType type, Rendering rendering, boolean columns) {
        return forms.computeIfAbsent(
                new Form(type, rendering, columns),
                _ -> rendering.event(type, shown(type), change.revision(), change.time(), columns));
    }

    private Entry shown(EventType type) {
        @Nullable Entry entry = type == EventType.DELETED ? change.before() : change.now();
        if (entry == null) {
            throw new AssertionError(type + " without a state, at revision " + change.revision());
        }
        return entry;
    }
}
