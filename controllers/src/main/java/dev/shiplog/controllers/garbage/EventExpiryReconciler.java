package dev.shiplog.controllers.garbage;

import dev.shiplog.core.v1.Event;
import dev.shiplog.core.v1.EventSeries;
import dev.shiplog.journal.Item;
import dev.shiplog.journal.Key;
import dev.shiplog.store.reconcile.Changed;
import dev.shiplog.store.reconcile.Decision;
import dev.shiplog.store.reconcile.Items;
import dev.shiplog.store.reconcile.Reconciler;
import dev.shiplog.store.reconcile.Resource;
import dev.shiplog.store.reconcile.Row;
import dev.shiplog.store.reconcile.Tables;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Deletes Events an hour after their last change, all of them in one sweep a minute.
///
/// See kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver, `--event-ttl`.
public final class EventExpiryReconciler implements Reconciler {
    static final Duration TIME_TO_LIVE = Duration.ofHours(1);
    static final Duration SWEEP_EVERY = Duration.ofMinutes(1);

    /// The sweep as a whole; no object has this key.
    static final Key SWEEP = Resource.EVENTS.key("", "");

    @Override
    public String name() {
        return "event-expiry-controller";
    }

    @Override
    public Set<Resource<?>> reads() {
        return Set.of(Resource.EVENTS, Resource.NAMESPACES);
    }

    /// The sweep goes on by itself once it began, and begins with the first namespace.
    @Override
    public void concerned(Changed changed, Tables tables, Consumer<Key> keys) {
        if (Resource.NAMESPACES.has(changed.key())) {
            keys.accept(SWEEP);
        }
    }

    @Override
    public Decision reconcile(Key key, Tables tables, Instant now) {
        var deletions = new ArrayList<Item>();
        for (Key event : tables.keys(Resource.EVENTS)) {
            if (deletions.size() == Decision.ITEMS_MAX) {
                return Decision.prefixOf("an hour is over", deletions);
            }
            @Nullable Instant changed = tables.changedAt(event);
            if (changed != null && changed.plus(TIME_TO_LIVE).isAfter(now)) {
                continue;
            }
            @Nullable Row<Event> row = tables.get(Resource.EVENTS, event.namespace(), event.name());
            if (row != null && !last(row.object(), changed).plus(TIME_TO_LIVE).isAfter(now)) {
                deletions.add(Items.delete(row));
            }
        }
        var decision = deletions.isEmpty() ? Decision.none() : Decision.prefixOf("an hour is over", deletions);
        return decision.again(SWEEP_EVERY);
    }

    /// The last change as the journal dates it, else as the Event itself does.
    private static Instant last(Event event, @Nullable Instant changed) {
        @Nullable EventSeries series = event.series();
        return Objects.requireNonNullElseGet(
                changed,
                () -> Stream.of(
                                event.lastTimestamp(),
                                event.eventTime(),
                                event.firstTimestamp(),
                                series == null ? null : series.lastObservedTime(),
                                event.metadata().creationTimestamp())
                        .filter(Objects::nonNull)
                        .max(Comparator.naturalOrder())
                        .orElse(Instant.EPOCH));
    }
}
