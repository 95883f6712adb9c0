package dev.shiplog.schemas.validation;

import dev.shiplog.core.v1.Event;

/// Rules for an Event: it stands in the namespace of what it is about, or in `default` when that has none.
final class EventRules {
    private EventRules() {}

    static void check(Event event, Causes causes) {
        String about = event.involvedObject().namespace();
        String namespace = event.metadata().namespace();
        boolean matches = about.isEmpty()
                ? namespace.equals("default") || namespace.equals("kube-system")
                : about.equals(namespace);
        if (!matches) {
            causes.invalid(Path.of("involvedObject", "namespace"), about, "does not match event.namespace");
        }
    }
}
