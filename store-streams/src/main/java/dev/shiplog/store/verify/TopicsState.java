package dev.shiplog.store.verify;

import dev.shiplog.journal.Key;
import dev.shiplog.schemas.Keys;
import dev.shiplog.store.Entry;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.verify.TopicObjectsClient.Last;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The state that the last records of the object topics make, as of the revision of a view: a key that changed again
/// since then counts with what the view has, and its record is held against the journal.
final class TopicsState {
    private static final String OBJECTS = "objects";
    private static final String TYPED = "the typed topic";

    private final State view;
    private final LaterChanges later;
    private final Map<Key, String> differences = new TreeMap<>(Keys.ORDER);
    private State topics = State.EMPTY;

    TopicsState(State view, LaterChanges later, Map<Key, Last> objects, Map<Key, Last> typed) {
        this.view = view;
        this.later = later;
        for (Entry entry : view.all()) {
            if (Keys.isInternal(entry.key())) {
                topics = topics.loaded(entry);
            } else {
                compare(entry, objects.get(entry.key()), OBJECTS);
                compare(entry, typed.get(entry.key()), TYPED);
            }
        }
        objects.forEach((key, last) -> leftover(key, last, OBJECTS));
        typed.forEach((key, last) -> leftover(key, last, TYPED));
    }

    private void compare(Entry entry, @Nullable Last last, String topic) {
        if (last == null) {
            note(entry.key(), topic + " does not have it");
            return;
        }
        if (last.revision() > view.revision()) {
            take(entry, topic);
            note(entry.key(), later.difference(entry.key(), last, topic));
            return;
        }
        Entry found = last.entry();
        take(found, topic);
        note(
                entry.key(),
                found == null
                        ? "%s says that it is deleted".formatted(topic)
                        : Differences.between(entry, "the view", found, topic));
    }

    /// A key that the view does not have.
    private void leftover(Key key, Last last, String topic) {
        if (view.get(key) != null) {
            return;
        }
        if (last.revision() > view.revision()) {
            note(key, later.difference(key, last, topic));
        } else if (last.entry() != null) {
            take(last.entry(), topic);
            note(key, "%s still has it at revision %d".formatted(topic, last.revision()));
        }
    }

    private void take(@Nullable Entry entry, String topic) {
        if (entry != null && topic.equals(OBJECTS)) {
            topics = topics.loaded(entry);
        }
    }

    private void note(Key key, @Nullable String difference) {
        if (difference != null) {
            differences.putIfAbsent(key, Keys.text(key) + ": " + difference);
        }
    }

    /// Of the first key, in key order, that differs; null when none does.
    @Nullable
    String difference() {
        return differences.isEmpty() ? null : differences.values().iterator().next();
    }

    String hash() {
        return topics.hash();
    }
}
