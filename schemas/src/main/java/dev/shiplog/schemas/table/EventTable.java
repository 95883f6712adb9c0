package dev.shiplog.schemas.table;

import dev.shiplog.core.v1.Event;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Events as a table: what happened last to which object.
final class EventTable {
    static final Shape SHAPE = Shape.computed(
            Event.class,
            List.of(
                    Column.text("Last Seen", "How long ago it happened last."),
                    Column.text("Type", "Normal or Warning."),
                    Column.text("Reason", "What happened, in a word."),
                    Column.text("Object", "What it happened to."),
                    Column.wide("Subobject", "Which part of the object."),
                    Column.wide("Source", "Who reports it."),
                    Column.text("Message", "What happened, in a sentence."),
                    Column.wide("First Seen", "How long ago it happened first."),
                    new Column("Count", "integer", "", "How often it happened.", 1),
                    new Column("Name", "string", "name", "Name of the Event.", 1)),
            EventTable::cells);

    private EventTable() {}

    private static List<@Nullable Object> cells(Event event, Instant now) {
        Instant first = event.firstTimestamp() != null ? event.firstTimestamp() : event.eventTime();
        Instant last = event.lastTimestamp() != null ? event.lastTimestamp() : first;
        int count = event.count();
        var series = event.series();
        if (series != null) {
            last = series.lastObservedTime();
            count = series.count();
        } else if (count == 0) {
            count = 1;
        }
        var about = event.involvedObject();
        return Arrays.asList(
                Ages.since(last, now),
                event.type(),
                event.reason(),
                about.kind().toLowerCase(Locale.ROOT) + "/" + about.name(),
                about.fieldPath(),
                source(event),
                event.message().strip(),
                Ages.since(first, now),
                count,
                event.metadata().name());
    }

    private static String source(Event event) {
        String component = event.source().component().isEmpty()
                ? event.reportingComponent()
                : event.source().component();
        String host = event.source().host().isEmpty()
                ? event.reportingInstance()
                : event.source().host();
        return host.isEmpty() ? component : component + ", " + host;
    }
}
