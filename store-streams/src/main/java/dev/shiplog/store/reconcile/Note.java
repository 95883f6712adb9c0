package dev.shiplog.store.reconcile;

import dev.shiplog.core.v1.Event;
import dev.shiplog.core.v1.EventSource;
import dev.shiplog.core.v1.ObjectReference;
import dev.shiplog.journal.Item;
import dev.shiplog.meta.v1.ObjectMeta;
import java.time.Instant;

/// An Event to be told about an object. Its name derives from the object's uid, the reason and the ordinal, so that
/// telling it twice is telling it once.
public record Note(ObjectReference about, Type type, String reason, String message, String ordinal) {
    private static final int NAME_MAX = 236;

    /// As Kubernetes words them.
    public enum Type {
        NORMAL("Normal"),
        WARNING("Warning");

        private final String text;

        Type(String text) {
            this.text = text;
        }
    }

    public static Note normal(Resource<?> resource, Row<?> row, String reason, String message, Object ordinal) {
        return new Note(reference(resource, row), Type.NORMAL, reason, message, ordinal.toString());
    }

    public static Note warning(Resource<?> resource, Row<?> row, String reason, String message, Object ordinal) {
        return new Note(reference(resource, row), Type.WARNING, reason, message, ordinal.toString());
    }

    public static ObjectReference reference(Resource<?> resource, Row<?> row) {
        return ObjectReference.builder()
                .apiVersion(resource.apiVersion())
                .kind(resource.kind())
                .namespace(row.namespace())
                .name(row.name())
                .uid(row.uid())
                .resourceVersion(Long.toString(row.revision()))
                .build();
    }

    /// The item that creates the Event.
    Item item(String component, Instant now) {
        String namespace = about.namespace().isEmpty() ? "default" : about.namespace();
        String of = about.name().length() > NAME_MAX ? about.name().substring(0, NAME_MAX) : about.name();
        String name = of + "." + Names.hash(about.uid(), reason, ordinal);
        var event = Event.builder()
                .metadata(ObjectMeta.builder().namespace(namespace).name(name).build())
                .involvedObject(about)
                .type(type.text)
                .reason(reason)
                .message(message)
                .firstTimestamp(now)
                .lastTimestamp(now)
                .count(1)
                .source(EventSource.builder().component(component).build())
                .reportingComponent(component)
                .build();
        return Items.create(Resource.EVENTS, event);
    }
}
