package dev.shiplog.store.verify;

import dev.shiplog.journal.Key;
import dev.shiplog.store.Change;
import dev.shiplog.store.Entry;
import dev.shiplog.store.verify.TopicObjectsClient.Last;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a journal took in after a verification began, because nobody stops writing for one. A record of a topic that is
/// newer than the verified state must be one of these.
final class LaterChanges implements Consumer<Change> {
    private final Map<Long, Change> byRevision = new HashMap<>();

    @Override
    public void accept(Change change) {
        byRevision.put(change.revision(), change);
    }

    /// How a topic's last record of a key differs from the change that it says it is; null when it does not.
    @Nullable
    String difference(Key key, Last last, String topic) {
        Change change = byRevision.get(last.revision());
        if (change == null || !change.key().equals(key)) {
            return "%s has a record at revision %d, which the journal does not have".formatted(topic, last.revision());
        }
        Entry now = change.now();
        Entry found = last.entry();
        if (now == null || found == null) {
            return now == null && found == null
                    ? null
                    : "%s and the journal do not agree whether it is deleted at revision %d"
                            .formatted(topic, last.revision());
        }
        return Differences.between(now, "the journal", found, topic);
    }
}
