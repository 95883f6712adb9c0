package dev.shiplog.api.fields;

import dev.shiplog.api.admission.ApiObject;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.api.resource.FieldReporter;
import dev.shiplog.api.resource.Origins;
import dev.shiplog.api.resource.Writes;
import dev.shiplog.core.v1.Event;
import dev.shiplog.core.v1.EventSource;
import dev.shiplog.core.v1.ObjectReference;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.meta.v1.OwnerReference;
import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.Fingerprints;
import dev.shiplog.schemas.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells users which fields of what they wrote nothing honours: one Event for each object, generation and set of
/// fields. Objects that a controller made are passed over, because their owner has been told.
public final class FieldEventWriter implements FieldReporter, AutoCloseable {
    /// How many objects may wait; further ones are not looked at.
    static final int BACKLOG_MAX = 1_024;
    /// How many fields one Event names.
    static final int NAMED_MAX = 20;

    static final String REASON = "FieldNotSupported";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String DEFAULT_NAMESPACE = "default";
    private static final int NAME_MAX = 200;
    private static final Logger LOG = LoggerFactory.getLogger(FieldEventWriter.class);

    private final Writes writes;
    private final Honours honours;
    private final Kind events;
    private final InstantSource clock;
    private final Consumer<String> counter;
    private final BlockingQueue<ApiObject> backlog = new ArrayBlockingQueue<>(BACKLOG_MAX);
    private final Thread thread;

    private FieldEventWriter(
            Writes writes, Honours honours, Catalog catalog, InstantSource clock, Consumer<String> counter) {
        Kind found = catalog.byKind("", "v1", "Event");
        if (found == null) {
            throw new AssertionError("no kind Event");
        }
        this.writes = writes;
        this.honours = honours;
        this.events = found;
        this.clock = clock;
        this.counter = counter;
        this.thread = Thread.ofVirtual().name("field-events").unstarted(this::run);
    }

    /// Starts its thread.
    ///
    /// @param counter hears of each path once for each object that sets it
    public static FieldEventWriter start(
            Writes writes, Honours honours, Catalog catalog, InstantSource clock, Consumer<String> counter) {
        var writer = new FieldEventWriter(writes, honours, catalog, clock, counter);
        writer.thread.start();
        return writer;
    }

    @Override
    public void written(ApiObject object) {
        boolean controlled = object.meta().ownerReferences().stream()
                .map(OwnerReference::controller)
                .anyMatch(Boolean.TRUE::equals);
        if (!controlled && !object.kind().kind().equals(events.kind())) {
            // a full backlog costs an Event, never a write
            var _ = backlog.offer(object);
        }
    }

    private void run() {
        try {
            while (true) {
                report(backlog.take());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void report(ApiObject object) throws InterruptedException {
        List<String> paths =
                new FieldWalk(honours).ofObject(object.content(), honours.of(FieldsReport.name(object.kind())));
        if (paths.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        try {
            var event = new ApiObject(events, event(object, paths, now));
            if (writes.createIfAbsent(event, Origins.ofServer(REASON, now), now.plus(PATIENCE))) {
                paths.forEach(counter);
            }
        } catch (StatusException refused) {
            LOG.debug("no Event about {}: {}", object.meta().name(), refused.getMessage());
        }
    }

    static Event event(ApiObject object, List<String> paths, Instant now) {
        ObjectMeta meta = object.meta();
        String identity = Fingerprints.hex(
                Fingerprints.of(String.join("\n", meta.uid(), "" + meta.generation(), String.join(",", paths))));
        String stem = meta.name().length() > NAME_MAX ? meta.name().substring(0, NAME_MAX) : meta.name();
        String namespace = meta.namespace().isEmpty() ? DEFAULT_NAMESPACE : meta.namespace();
        String named = String.join(", ", paths.subList(0, Math.min(paths.size(), NAMED_MAX)));
        String more = paths.size() > NAMED_MAX ? " and " + (paths.size() - NAMED_MAX) + " more" : "";
        return Event.builder()
                .metadata(ObjectMeta.builder()
                        .name(stem + "." + identity)
                        .namespace(namespace)
                        .build())
                .involvedObject(ObjectReference.builder()
                        .apiVersion(object.kind().apiVersion())
                        .kind(object.kind().kind())
                        .namespace(meta.namespace())
                        .name(meta.name())
                        .uid(meta.uid())
                        .build())
                .reason(REASON)
                .message("accepted, but without effect yet: " + named + more)
                .type("Warning")
                .source(EventSource.builder().component("api-server").build())
                .reportingComponent("api-server")
                .firstTimestamp(now)
                .lastTimestamp(now)
                .count(1)
                .build();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
